/*
 * classify_test.c - mappings that this kernel cannot make, or no kernel yet: names, flags, keys of smaps. None is let pass.
 */
#include <stdio.h>
#include <string.h>

#include "core/look/mounts.h"
#include "core/mem/mem.h"
#include "check.h"

static struct model model;

#define HEAD "7f0000000000-7f0000001000 rw-p 00000000 "
#define TAIL "\nSize:                  4 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\nRss: 4 kB\n"
#define FLAGS "VmFlags: rd wr mr mw me ac\n"
#define EXEC_FLAGS "VmFlags: ex mr mw me\n"

static int classify(void *ctx, const struct proc_smap *smap)
{
	struct mem_look *l = ctx;
	struct vma v = { 0 };

	l->smap = smap;
	return mem_classify(l, &v) < 0 || mem_flags(l, &v) < 0 ? -1 : 1;
}

/* "id: what it says" of the first refusal; "" when it is let pass. */
static const char *verdict(const char *line, const char *more)
{
	static struct mount_table mounts;
	static char said[600];
	struct report report = { .arena = &model.arena };
	struct scan s = { .model = &model, .report = &report, .mounts = &mounts };
	struct task t = { .pid = 4242 };
	int refused = 0;
	struct mem_look l = { &s, &t, NULL, &refused };
	uint64_t end = 0;
	char text[1024];

	snprintf(text, sizeof(text), "%s" TAIL "%s", line, more);
	said[0] = '\0';
	if (proc_smaps_each(text, &end, classify, &l) != 1)
		return l.smap ? "error" : "it is not understood";
	if (report.refused)
		snprintf(said, sizeof(said), "%s: %s", report.findings[0].id, report.findings[0].meaning);
	return said;
}

static int refused_as(const char *line, const char *more, const char *id)
{
	const char *said = verdict(line, more);
	int good = !strncmp(said, id, strlen(id)) && said[strlen(id)] == ':';

	if (!good)
		printf("\t%s\n\tgot: %s\n", line, said);
	return good;
}

static void test_names(void)
{
	check(!*verdict(HEAD "00:00 0 ", FLAGS), "names: anonymous memory is let pass");
	check(!*verdict(HEAD "00:00 0 [heap]", FLAGS), "names: the heap is let pass");
	check(refused_as(HEAD "00:00 0 [anon:pool]", FLAGS, "unknown"), "names: anonymous memory with a name (PR_SET_VMA_ANON_NAME) is refused");
	check(refused_as("7f0000000000-7f0000001000 rw-s 00000000 00:01 5 [anon_shmem:pool]", FLAGS, "unknown"), "names: shared memory with a name is refused");
	check(refused_as(HEAD "00:00 0 [future]", FLAGS, "unknown"), "names: one of a kernel to come is refused");
	check(refused_as(HEAD "00:00 0 [uprobes-trampoline]", FLAGS, "uprobe"), "names: the place of optimized probes is refused");
	check(refused_as(HEAD "00:0e 77 anon_inode:[future]", FLAGS, "unknown"), "names: an object without a file is refused");
	check(refused_as("7f0000000000-7f0000001000 rw-s 00000000 00:01 3 /SYSV00001234 (deleted)", FLAGS, "sysv_shm"), "names: a segment is refused");
	check(refused_as("7f0000000000-7f0000200000 rw-s 00000000 00:0f 3 /SYSV00001234 (deleted)", "VmFlags: rd wr sh mr mw me ms de ht\n", "sysv_shm"),
	      "names: a segment of huge pages is refused as one");
	check(refused_as(HEAD "00:09 4711 socket:[4711]", FLAGS, "packet"), "names: the ring of a socket is refused");
	check(refused_as(HEAD "00:00 7 ", FLAGS, "unknown"), "names: nothing but an inode is refused");
}

static void test_flags(void)
{
	check(refused_as(HEAD "00:00 0 ", "VmFlags: rd wr mr mw me ac ??\n", "vma_flags"), "flags: one that the kernel itself cannot name is refused");
	check(refused_as(HEAD "00:00 0 ", "VmFlags: rd wr mr mw me ac zq\n", "vma_flags"), "flags: one of a kernel to come is refused");
	check(refused_as(HEAD "00:00 0 ", "VmFlags: rd wr mr mw me ac sl\n", "vma_flags"), "flags: sealed memory is refused");
	check(refused_as(HEAD "00:00 0 ", "VmFlags: rd wr mr mw me ac ss\n", "vma_flags"), "flags: a shadow stack is refused");
	check(refused_as(HEAD "00:00 0 ", "VmFlags: rd wr mr mw me ac um\n", "userfaultfd"), "flags: memory with a userfaultfd is refused");
	check(refused_as(HEAD "00:00 0 ", "ProtectionKey:         3\n" FLAGS, "vma_flags"), "flags: a protection key is refused");
	check(!*verdict(HEAD "00:00 0 ", "ProtectionKey:         0\n" FLAGS), "flags: protection key 0 is every mapping's");
	check(!*verdict("1000-2000 --xp 00000000 00:00 0 ", "ProtectionKey:         1\n" EXEC_FLAGS) &&
	      refused_as("1000-2000 --xp 00000000 00:00 0 ", "ProtectionKey:         2\n" EXEC_FLAGS, "vma_flags") &&
	      refused_as("1000-2000 r-xp 00000000 00:00 0 ", "ProtectionKey:         1\n" EXEC_FLAGS, "vma_flags"),
	      "flags: and key 1 that of what may only be executed");
	check(refused_as(HEAD "00:00 0 ", "FutureKey:     yes\n" FLAGS, "unknown"), "flags: a key of a kernel to come is refused");
}

int main(void)
{
	test_names();
	test_flags();
	model_free(&model);
	return failures != 0;
}
