/*
 * mem_test.c - core/mem where it needs no other process: heads of chunks (hostile ones too), build ids, holes, merging, inheriting.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/mem/mem.h"
#include "check.h"

/* ---- chunks ---- */

static uint8_t chunk[64 * MEM_PAGE];

/* A chunk with HEAD and PAGES pages; each page begins with its number, from 1 on. */
static size_t make_chunk(const char *head, size_t pages)
{
	memset(chunk, 0, sizeof(chunk));
	memcpy(chunk, head, strlen(head));
	for (size_t i = 0; i < pages; i++)
		chunk[(i + 1) * MEM_PAGE] = (uint8_t)(i + 1);
	return (pages + 1) * MEM_PAGE;
}

/* Runs that a chunk gives before its end; -1 when it is refused. */
static int count_runs(const uint8_t *data, size_t len)
{
	struct mem_chunk_run run;
	struct mem_chunk c;
	int n = 0, ret;

	err_clear();
	if (mem_chunk_begin(&c, data, len) < 0)
		return -1;
	while ((ret = mem_chunk_next(&c, &run)) > 0)
		n++;
	return ret < 0 ? -1 : n;
}

static int head_runs(const char *head, size_t pages)
{
	return count_runs(chunk, make_chunk(head, pages));
}

static void test_good_chunks(void)
{
	struct mem_chunk_run run;
	struct mem_chunk c;
	size_t len = make_chunk("run addr=0x1000 pages=2\nparent addr=0x5000 pages=9\nrun addr=0x7fffffffe000 pages=1\n\n", 3);

	check(mem_chunk_begin(&c, chunk, len) == 0, "chunk: a good one is taken");
	check(mem_chunk_next(&c, &run) == 1 && run.start == 0x1000 && run.end == 0x3000 && !run.parent && run.data[0] == 1, "chunk: first run");
	check(mem_chunk_next(&c, &run) == 1 && run.start == 0x5000 && run.end == 0xe000 && run.parent && !run.data, "chunk: the parent's");
	check(mem_chunk_next(&c, &run) == 1 && run.start == 0x7fffffffe000 && run.data[0] == 3, "chunk: the last page of all");
	check(mem_chunk_next(&c, &run) == 0, "chunk: its end");
	check(head_runs("\n", 0) == 0, "chunk: without a line");
	check(head_runs("parent addr=0x1000 pages=1\n\n", 0) == 1, "chunk: without pages");
}

static void test_bad_chunks(void)
{
	static const char *const heads[] = {
		"", "run", "run addr=0x1000 pages=1", "run addr=0x1000 pages=1\n", "run addr=0x1001 pages=1\n\n",
		"run addr=0x1000 pages=0\n\n", "run addr=0x1000 pages=2\n\n", "run addr=1000 pages=1\n\n", "run addr=0x pages=1\n\n",
		"run addr=0x1000 pages=\n\n", "run addr=0x1000 pages=-1\n\n", "run  addr=0x1000 pages=1\n\n", "run addr=0x1000 pages=1 \n\n",
		"run addr=0x1000 pages=1 x=2\n\n", "walk addr=0x1000 pages=1\n\n", "run addr=0x7ffffffff000 pages=1\n\n",
		"run addr=0xfffffffffffff000 pages=1\n\n", "run addr=0x1000 pages=18446744073709551615\n\n",
		"run addr=0x1000 pages=4503599627370497\n\n", "run addr=0x10000000000000000001000 pages=1\n\n",
		"run addr=0x7fffffffe000 pages=2\n\n", "run addr=0x1000 pages=1\n\nx", "\nrun addr=0x1000 pages=1\n\n", "parent addr=0x1000 pages=1\n\n",
	};
	size_t len = make_chunk("run addr=0x1000 pages=1\n\n", 1);
	int good = 0;

	check(count_runs(chunk, len) == 1, "chunk: one page");
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		int bad = head_runs(heads[i], 1) < 0 && err_status() == STATUS_BAD_IMAGE;

		if (!bad)
			printf("# taken: %s\n", heads[i]);
		good += bad;
	}
	check(good == sizeof(heads) / sizeof(*heads), "chunk: bad heads are refused");
	make_chunk("run addr=0x1000 pages=1\n\n", 1);
	check(count_runs(chunk, 0) < 0 && count_runs(chunk, 10) < 0 && count_runs(chunk, 25) < 0, "chunk: cut in its head");
	check(count_runs(chunk, len - 1) < 0 && count_runs(chunk, len - MEM_PAGE) < 0, "chunk: cut in its pages");
	check(count_runs(chunk, len + MEM_PAGE) < 0, "chunk: a page too many");
}

/* Any damage gives an error or other runs, and never a read outside: the copy ends where the memory does. */
static void test_damaged_chunks(void)
{
	uint8_t *map = mmap(NULL, 4 * MEM_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t len = make_chunk("run addr=0x1000 pages=1\nparent addr=0x3000 pages=1\n\n", 1);
	unsigned seed = 1;

	if (map == MAP_FAILED || mprotect(map + 3 * MEM_PAGE, MEM_PAGE, PROT_NONE)) {
		check(0, "chunk: memory for the damage");
		return;
	}
	for (int i = 0; i < 20000; i++) {
		size_t cut = len - (size_t)rand_r(&seed) % (i % 2 ? 1 : len);
		uint8_t *p = map + 3 * MEM_PAGE - cut;

		memcpy(p, chunk, cut);
		if (cut)
			p[(size_t)rand_r(&seed) % (cut < 60 ? cut : 60)] = (uint8_t)rand_r(&seed);
		count_runs(p, cut);
	}
	munmap(map, 4 * MEM_PAGE);
	check(1, "chunk: damage is survived");
}

/* ---- build ids ---- */

static void test_build_id(void)
{
	struct { Elf64_Ehdr e; Elf64_Phdr p; Elf64_Nhdr n; char name[4]; uint8_t id[8]; } f = {
		.e = { .e_phoff = sizeof(Elf64_Ehdr), .e_phnum = 1, .e_phentsize = sizeof(Elf64_Phdr) },
		.p = { .p_type = PT_NOTE, .p_offset = sizeof(f.e) + sizeof(f.p), .p_filesz = sizeof(f.n) + 12 },
		.n = { 4, 8, NT_GNU_BUILD_ID }, .name = "GNU", .id = { 0xde, 0xad, 1, 2, 3, 4, 5, 6 },
	};
	uint8_t *p = (uint8_t *)&f;
	char hex[129];
	int found = 0;

	memcpy(f.e.e_ident, ELFMAG "\2", 5);
	check(mem_build_id(p, sizeof(f), hex, sizeof(hex)) == 1 && !strcmp(hex, "dead010203040506"), "build id: found");
	for (size_t len = 0; len < sizeof(f); len++) {
		uint8_t *copy = malloc(len + 1);

		memcpy(copy, p, len);
		found += mem_build_id(copy, len, hex, sizeof(hex));
		free(copy);
	}
	check(found == 0, "build id: not in a cut file");
	f.n.n_namesz = UINT32_MAX;
	check(mem_build_id(p, sizeof(f), hex, sizeof(hex)) == 0, "build id: a note longer than the file");
	f.n.n_namesz = 4;
	f.e.e_phoff = UINT64_MAX;
	check(mem_build_id(p, sizeof(f), hex, sizeof(hex)) == 0, "build id: headers outside of the file");
	f.e.e_phoff = sizeof(f.e);
	f.p.p_offset = UINT64_MAX;
	check(mem_build_id(p, sizeof(f), hex, sizeof(hex)) == 0, "build id: notes outside of the file");
}

/* ---- address spaces ---- */

static struct vma anon(uint64_t start, uint64_t end, uint32_t prot)
{
	return (struct vma){ .start = start, .end = end, .type = VMA_ANON, .prot = prot, .may = 7, .file = -1, .name = "", .advice = "" };
}

static void test_hole(void)
{
	struct vma v[3] = { anon(0x1000, 0x2000, 3), anon(0x200000000000, 0x200000010000, 3), anon(0x200000020000, 0x200000030000, 3) };
	struct mm mm = { .vmas = v, .nvmas = 3 };
	struct task t = { .mm = &mm }, zombie = { .pid = 2 }, *tasks[] = { &t, &zombie };
	struct model m = { .tasks = tasks, .ntasks = 2 };
	struct model empty = { .ntasks = 0 };

	check(mem_find_hole(&empty, 4096) == 0x200000000000, "hole: at the first address");
	check(mem_find_hole(&m, 4096) == 0x200000011000, "hole: in between, with a page to spare");
	check(mem_find_hole(&m, 1 << 20) == 0x200000031000, "hole: behind all");
	v[1].end = v[2].start = v[2].end = MEM_TASK_SIZE;
	check(mem_find_hole(&m, 4096) == 0x100000, "hole: below, where there is none above");
	v[1].start = 0x2000;
	check(mem_find_hole(&m, 4096) == 0 && err_status() == STATUS_REFUSED, "hole: none");
}

static size_t merge(const struct vma *in, size_t n, struct vma *out)
{
	size_t at = 0, m = 0;

	while (mem_merged(in, n, &at, &out[m]))
		m++;
	return m;
}

static void test_merged(void)
{
	struct vma in[] = {
		anon(0x1000, 0x2000, 3), anon(0x2000, 0x3000, 3), anon(0x3000, 0x4000, 1), anon(0x5000, 0x6000, 1), anon(0x6000, 0x7000, 1),
		anon(0x7000, 0x8000, 1), anon(0x8000, 0x9000, 1),
	}, out[8];

	in[4].advice = "dd";
	in[5].type = in[6].type = VMA_FILE;
	in[5].file = in[6].file = 0;
	in[6].offset = 0x1000;
	in[0].name = "[heap]";
	in[0].pages = in[1].pages = 1;
	check(merge(in, 7, out) == 5, "merged: neighbours that are alike become one");
	check(out[0].end == 0x3000 && out[0].pages == 2 && !*out[0].name, "merged: anonymous memory");
	check(out[1].start == 0x3000 && out[2].start == 0x5000 && out[3].start == 0x6000, "merged: others stay apart");
	check(out[4].start == 0x7000 && out[4].end == 0x9000, "merged: a file's parts that follow each other");
	in[6].offset = 0;
	check(merge(in, 7, out) == 6, "merged: a file's parts that do not");
	check(merge(in, 0, out) == 0, "merged: nothing");
}

static void test_inherit(void)
{
	struct vma pv[] = { anon(0x10000, 0x20000, 3), anon(0x30000, 0x40000, 3) };
	struct vma cv[] = { anon(0x10000, 0x18000, 3), anon(0x30000, 0x41000, 3) };
	struct mm pm = { .vmas = pv, .nvmas = 2 }, cm = { .vmas = cv, .nvmas = 2 };
	struct task p = { .pid = 5, .sid = 5, .mm = &pm }, c = { .pid = 6, .sid = 5, .parent = &p, .mm = &cm };

	check(mem_inherit_vma(&c, &cv[0]) == &pv[0], "inherit: a part of the parent's");
	check(!mem_inherit_vma(&c, &cv[1]), "inherit: not more than the parent has");
	c.sid = 6;
	check(mem_inherits(&c), "inherit: a session leader");
	c.sid = 4;
	check(!mem_inherits(&c) && !mem_inherit_vma(&c, &cv[0]), "inherit: not across sessions");
	c.sid = 5;
	cv[0].prot = 1;
	check(!mem_inherit_vma(&c, &cv[0]), "inherit: not with another protection");
	cv[0].prot = 3;
	pv[0].advice = cv[0].advice = "dd";
	check(!!mem_inherit_vma(&c, &cv[0]), "inherit: with the same advice");
	pv[0].advice = cv[0].advice = "dc,dd";
	check(!mem_inherit_vma(&c, &cv[0]), "inherit: not what fork leaves out");
	c.parent = NULL;
	check(!mem_inherits(&c), "inherit: the root has nobody");
}

static void test_compare(void)
{
	struct vma va[] = { anon(0x1000, 0x2000, 3), anon(0x2000, 0x3000, 3) }, vb[] = { anon(0x1000, 0x3000, 3) };
	struct mm a = { .vmas = va, .nvmas = 2, .exe = -1 }, b = { .vmas = vb, .nvmas = 1, .exe = -1 };
	struct model m = { .ntasks = 0 };

	check(mem_compare(&m, &a, &m, &b, 1) == 0, "compare: merged or not is the same");
	vb[0].prot = 1;
	check(mem_compare(&m, &a, &m, &b, 1) < 0 && strstr(err_text(), "prot"), "compare: the field is named");
	vb[0].prot = 3;
	b.brk = 4096;
	check(mem_compare(&m, &a, &m, &b, 1) < 0 && strstr(err_text(), "brk"), "compare: the break, too");
	b.brk = 0;
	b.nvmas = 0;
	check(mem_compare(&m, &a, &m, &b, 1) < 0 && strstr(err_text(), "missing"), "compare: a missing mapping");
	check(mem_compare(&m, &b, &m, &a, 1) < 0 && strstr(err_text(), "not in the image"), "compare: one too many");
}

/* ---- preflight: nonsense in an image ---- */

static int nonsense(struct vma *v, struct vma bad)
{
	static struct mapped_file file = { .path = "/bin/true", .build_id = "", .hash = "", .local_fd = -1 };
	struct mapped_file *files[] = { &file };
	struct vma keep = *v;
	struct mm mm = { .vmas = v, .nvmas = 1 };
	struct task t = { .pid = 7, .mm = &mm }, *tasks[] = { &t };
	struct model m = { .tasks = tasks, .ntasks = 1, .mapped = files, .nmapped = 1 };
	struct report report = { .arena = &m.arena };
	struct rebuild r = { .model = &m, .report = &report };
	int ret;

	err_clear();
	*v = bad;
	ret = mem_preflight(&r) < 0 && err_status() == STATUS_BAD_IMAGE && strstr(err_text(), "mapping");
	*v = keep;
	arena_free(&m.arena);
	return ret;
}

static void test_preflight(void)
{
	struct vma v = anon(0x1000, 0x3000, 3), bad;
	int good = 0, n = 0;

#define TRY(member, value) do { bad = v; bad.member = value; n++; if (nonsense(&v, bad)) good++; else printf("# taken: %s\n", #member " " #value); } while (0)
	TRY(start, 0x1001);
	TRY(start, 0x3000);
	TRY(start, 0x4000);
	TRY(end, 0x2fff);
	TRY(end, MEM_TASK_SIZE + 4096);
	TRY(end, UINT64_MAX & ~4095ull);
	TRY(type, 5);
	TRY(type, VMA_FILE);
	TRY(type, VMA_VDSO);
	TRY(type, VMA_VVAR);
	TRY(prot, 8);
	TRY(may, 16);
	TRY(file, 0);
	TRY(file, 1);
	TRY(file, -2);
	TRY(shared, 1);
	TRY(offset, 4096);
	TRY(pages, 3);
	TRY(parent_pages, 1);
	TRY(advice, "xx");
	TRY(advice, "dd,");
	TRY(advice, "wf,dd");
	TRY(advice, "dd,dd");
	TRY(advice, "dd wf");
	v.type = VMA_FILE;
	v.file = 0;
	TRY(file, 1);
	TRY(file, INT64_MAX);
	TRY(offset, 1);
	TRY(offset, 1ull << 63);
	TRY(growsdown, 1);
	v.shared = 1;
	TRY(shared, 1);		/* writable, and the file is not */
	check(good == n, "preflight: nonsense is refused");
}

int main(void)
{
	test_good_chunks();
	test_bad_chunks();
	test_damaged_chunks();
	test_build_id();
	test_hole();
	test_merged();
	test_inherit();
	test_compare();
	test_preflight();
	return failures != 0;
}
