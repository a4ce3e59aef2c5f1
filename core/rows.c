/* rows.c - puts the checklist together. See rows.h. */
#include "core/rows.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/words.h"

/* What the spine carries, and what it asks of the place of a restore: no unit stands for these. */
static const struct unit_row spine[] = {
	{
		.name = "task",
		.title = ROW_TEXT("processes: ids, parents, groups, sessions, stopped ones, zombies"),
		.also = ROW_TEXT("process exit_signal"),
		.how = ROW_TEXT("stat and children in /proc/PID/task/TID of all tasks below the root"),
		.page = ROW_PAGE(
			"The tree itself: numbers, parents, process groups, sessions, exit signals; who is stopped, who "
			"is a zombie and with which status.\n\n"
			"Programs keep process numbers in memory and files, so each one has to come back, and each child "
			"below the parent that may wait for it. Every process is made by its own parent with clone3(2) "
			"and set_tid; groups and sessions are joined in the order in which they were made. A stop takes "
			"effect at the release, and a parent that was told of it is not told again. A group whose leader "
			"has ended gets its number from a helper that ends; how a zombie ended is made to happen again.\n\n"
			"A child of a thread that does not lead its process becomes one of the leader. Only waitpid(2) with "
			"__WNOTHREAD tells, and a note says so; PR_SET_PDEATHSIG would, and is refused then (prctl). "
			"A child with another exit signal than SIGCHLD tells by SIGCHLD if its parent has executed a program since "
			"it was made, which shows nowhere: a restored one tells by its own signal.\n\n"
			"What lies outside becomes the restorer's: the parent of the root, the group and session that the "
			"tree was started in. Needs CAP_CHECKPOINT_RESTORE, and all numbers free (pid_in_use). CPU times "
			"and start times begin anew."),
		.in_2009 = 'S',
	},
	{
		.name = "thread",
		.title = ROW_TEXT("threads, also of a leader that has exited"),
		.also = ROW_TEXT("threads"),
		.how = ROW_TEXT("/proc/PID/task, read until two looks agree"),
		.page = ROW_PAGE(
			"All threads of a process, with their numbers. Each may differ from its leader: in name, "
			"credentials, mask, scheduling, seccomp, so every kind of state that can differ is asked for in "
			"each of them.\n\n"
			"They are made inside of the new process by clone3(2) with set_tid, stopped before they run a "
			"single instruction. A leader that exited before its threads has no descriptors, memory or "
			"program in /proc any more; all of it is read through a thread that lives, and at the restore the "
			"leader is ended when its threads stand.\n\n"
			"Costs about 20 us for each thread. Threads that the kernel makes for io_uring are none of these: "
			"see io_uring. A thread with descriptors or a folder of its own: see clone_vm."),
		.in_2009 = 'S',
	},
	{
		.name = "memory",
		.title = ROW_TEXT("mappings, anonymous and of files, private and shared, copy-on-write pages, heap, stack, vdso"),
		.also = ROW_TEXT("vdso brk stack heap"),
		.how = ROW_TEXT("smaps, pagemap (PAGEMAP_SCAN), auxv and exe in /proc/PID"),
		.condition = ROW_TEXT("files that are mapped or executed are the same at the restore, and the kernel gives programs the same vdso"),
		.page = ROW_PAGE(
			"Address spaces. Every mapping comes back at its address with its protection and flags; pages "
			"that a parent and its children still share copy-on-write are stored once and shared again.\n\n"
			"Pages of files that nobody has changed are not in the image: the file is, by path, size, time "
			"and build-id, or a hash where there is none. A file that is another one at the restore is "
			"refused, because the program would run on with a mixture of both; of one whose time alone is another a "
			"note tells, where only the build-id is known. The vdso is code of the kernel "
			"that programs keep pointers into: it cannot be made, only moved, so an image needs a kernel with "
			"the same one.\n\n"
			"Costs: zero pages are free, the rest is read through /proc/PID/mem and packed with LZ4. Unusual "
			"kinds of memory have rows of their own: vma_flags, shared_memory, memfd, sysv_shm, secretmem, "
			"userfaultfd, uprobe."),
		.in_2009 = 'S',
	},
	{
		.name = "pid_in_use",
		.title = ROW_TEXT("numbers of processes, threads and groups that are free at the restore"),
		.also = ROW_TEXT("pid"),
		.how = ROW_TEXT("kill(2), tgkill(2) and /proc for each number of the image"),
		.condition = ROW_TEXT("nobody has these numbers at the restore, and kernel.pid_max lets them be"),
		.page = ROW_PAGE(
			"A process gets its old number back, and so do its threads. Where somebody else has one of them "
			"by then, nothing is started: the finding says who.\n\n"
			"After a reboot low numbers are often taken by daemons. Two ways out: end that process, or "
			"restore in a new pid namespace (unshare -pf --mount-proc cr restore ...), where all numbers are "
			"free. A zombie holds its number until its parent waits for it, so a tree that was ended a moment "
			"ago is waited for, up to three seconds."),
	},
	{
		.name = "clock",
		.title = ROW_TEXT("the clocks of the restore"),
		.also = ROW_TEXT("monotonic boottime reboot"),
		.how = ROW_TEXT("clock_gettime(2), against the header of the image"),
		.condition = ROW_TEXT("CLOCK_MONOTONIC and CLOCK_BOOTTIME are not behind those of the dump"),
		.page = ROW_PAGE(
			"Programs measure time with CLOCK_MONOTONIC, which counts from the start of the machine and never "
			"goes back, and keep points of it in memory: when a timeout ends, when a frame is due.\n\n"
			"After a reboot, or on a machine that was started later, it has a smaller value than at the dump. "
			"A program would see time go back, and what it waits for would come hours too late, or never. So "
			"that is refused, and the finding says by how many seconds. Time that passed while the image lay "
			"on a disk is no worse than a long stop.\n\n"
			"The way out is a time namespace, which gives the tree clocks of its own: the finding prints the "
			"command (unshare -T). See ns_time."),
	},
	{
		.name = "cpu",
		.title = ROW_TEXT("the processor of the restore"),
		.also = ROW_TEXT("machine"),
		.how = ROW_TEXT("uname(2), page size and CPUID (state of XSAVE, instructions), against the header of the image"),
		.condition = ROW_TEXT("same architecture and page size, and a CPU with all features of the old one"),
		.page = ROW_PAGE(
			"The state of the vector units is stored as the processor lays it out, and libraries choose code "
			"for the processor that they find when they start. An image is therefore good on a CPU that has "
			"the same features or more.\n\n"
			"cr compares the features that have state (XSAVE: SSE, AVX, AVX-512, AMX, ...), the size of that "
			"state, and the instructions that a program may have found, by their names: what is missing is "
			"named. A program that has found AVX2 or BMI2 will use them again, so move images between "
			"machines of the same kind, or start such programs with GLIBC_TUNABLES set to what all of them "
			"have."),
	},
	{
		.name = "kernel",
		.title = ROW_TEXT("the kernel of the restore"),
		.how = ROW_TEXT("clone3(2) is there; cr check alone asks for each facility"),
		.condition = ROW_TEXT("Linux 5.9 or later"),
		.page = ROW_PAGE(
			"Processes are made with clone3(2) and a number of their own choice (set_tid), which came with "
			"Linux 5.5 for CAP_SYS_ADMIN and with 5.9 for CAP_CHECKPOINT_RESTORE.\n\n"
			"Newer facilities are used where the kernel has them (PAGEMAP_SCAN, timer ids, registrations of "
			"membarrier) and done without where it has not. An image may be restored on another kernel if its "
			"vdso is the same (see memory); with distribution kernels that mostly means the very same build. "
			"`cr check` alone names each facility that is missing, with its CONFIG_ option."),
	},
	{
		.name = "privilege",
		.title = ROW_TEXT("the privileges of the restore"),
		.also = ROW_TEXT("rights capabilities"),
		.how = ROW_TEXT("effective capabilities, against those that the image needs"),
		.condition = ROW_TEXT("root, or CAP_CHECKPOINT_RESTORE and whatever else the tree had"),
		.page = ROW_PAGE(
			"Choosing a process number needs CAP_CHECKPOINT_RESTORE (or CAP_SYS_ADMIN) in the user namespace "
			"that owns the pid namespace. All else that a restore does, each process could do itself: what it "
			"was allowed to do when it was dumped, cr has to be allowed too, such as changing its user "
			"(CAP_SETUID, CAP_SETGID), its capabilities (CAP_SETPCAP), a real-time policy (CAP_SYS_NICE) or a "
			"hard limit above ours (CAP_SYS_RESOURCE).\n\n"
			"An ordinary user may check and dump his own processes. `cr check` alone tells what is missing, "
			"and `cr check IMAGE` what this image needs."),
	},
	{ .name = NULL }
};

static struct row *row_of(struct rows *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].unit->name, name))
			return &r->v[i];
	return NULL;
}

static int add(struct rows *r, const char *folder, const struct unit_row *unit, enum row_verdict verdict)
{
	struct row *known = row_of(r, unit->name);

	/* A kind and a check of one name: the kind carries what the check only puts a condition to. */
	if (known) {
		known->verdict = verdict > known->verdict ? verdict : known->verdict;
		return 0;
	}
	if (!arena_grow(r->arena, &r->v, r->n, &r->cap, sizeof(*r->v)))
		return -1;
	r->v[r->n++] = (struct row) { .unit = unit, .folder = folder, .verdict = verdict, .inside = unit->inside };
	return 0;
}

static int add_carried(struct rows *r, const char *folder, const struct unit_row *unit)
{
	return add(r, folder, unit, unit->condition ? ROW_CONDITION : ROW_CARRIED);
}

static int add_task_kind(struct rows *r, const struct task_kind *k)
{
	struct row *row;

	if (!k->refuses)
		return add_carried(r, "core/task/", &k->row);
	row = row_of(r, k->refuses);
	if (!row)
		return add(r, "core/task/", &k->row, ROW_REFUSED);
	/* A kind that asks on behalf of a check is no row of its own. */
	row->asker = k->name;
	row->inside |= k->inside;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->unit->name, ((const struct row *)b)->unit->name);
}

int rows_make(struct rows *r, struct arena *a)
{
	int ret = 0;

	*r = (struct rows) { .arena = a };
	for (size_t i = 0; !ret && spine[i].name; i++)
		ret = add_carried(r, "core/", &spine[i]);
	for (int i = 0; !ret && file_kinds[i]; i++)
		ret = add_carried(r, "core/file/", &file_kinds[i]->row);
	for (int i = 0; !ret && checks[i]; i++)
		ret = add(r, "checks/", &checks[i]->row, checks[i]->condition ? ROW_CONDITION : ROW_REFUSED);
	for (int i = 0; !ret && task_kinds[i]; i++)
		ret = add_task_kind(r, task_kinds[i]);
	if (!ret)
		qsort(r->v, r->n, sizeof(*r->v), by_name);
	return ret;
}

int rows_unpack(struct rows *r)
{
	const char *texts = texts_unpack(r->arena, TEXTS_ALL);

	for (size_t i = 0; texts && i < r->n; i++) {
		struct row *row = &r->v[i];
		struct text asker;

		texts_find(texts, row->folder, row->unit->name, &row->text);
		if (row->asker) {
			texts_find(texts, "core/task/", row->asker, &asker);
			row->how_inside = asker.how;
		}
	}
	return texts ? 0 : -1;
}

const struct row *rows_find(const struct rows *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].unit->name, name))
			return &r->v[i];
	for (size_t i = 0; i < r->n; i++)
		if ((r->v[i].text.also && words_have(r->v[i].text.also, name, strlen(name))) || (r->v[i].asker && !strcmp(r->v[i].asker, name)))
			return &r->v[i];
	return NULL;
}

const char *row_verdict_name(const struct row *row)
{
	return row->verdict == ROW_CARRIED ? "carried" : row->verdict == ROW_CONDITION ? "condition" : "refused";
}
