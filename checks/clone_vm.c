/*
 * clone_vm.c - memory, descriptors, folders or signal handlers that processes share without being threads of one, and threads
 * that have left what the others share.
 *
 * kcmp(2) tells "the same", and an order: so each part keeps a sorted list of the processes that have different ones.
 */
#include <errno.h>
#include <time.h>

#include "checks/run.h"
#include "core/base/io.h"

static const struct part {
	int type;
	const char *name;
} parts[] = {
	{ KCMP_VM_TYPE, "memory" },
	{ KCMP_FILES_TYPE, "table of descriptors" },
	{ KCMP_FS_TYPE, "working folder and umask" },
	{ KCMP_SIGHAND_TYPE, "signal handlers" },
};
#define PARTS 4

/* Handlers can be shared only with the memory: without that nobody has to be asked. Threads always share both. */
static int is_implied(int part)
{
	return parts[part].type == KCMP_SIGHAND_TYPE;
}

struct sharers {
	pid_t *v[PARTS];
	size_t n[PARTS];
	int patience;			/* milliseconds */
};

/* ---- threads of one process ---- */

int clone_vm_look(struct scan *s, const struct thread_look *l)
{
	for (int i = 0; i < PARTS; i++) {
		int r = l->first || is_implied(i) || parts[i].type == KCMP_VM_TYPE ? 0 : kcmp_parts(l->first_tid, l->thread->tid, parts[i].type);

		if (r < 0)
			return errno == ESRCH ? PROC_GONE : fail("kcmp of threads %d and %d", l->first_tid, l->thread->tid);
		/* Who is about to end has let go of its parts already. */
		if (r && (s->frozen || (process_lives(l->first_tid) && process_lives(l->thread->tid))) &&
		    thread_refuse(s, l, "clone_vm", "", "start it without unshare(2) in a thread",
				  "this thread has a %s of its own", parts[i].name) < 0)
			return -1;
	}
	return 0;
}

/* ---- processes ---- */

/* Where PID stands in the list: the one that has the same part, or -1 with *AT where it belongs. -2: cannot be told. */
static long find(const struct sharers *sh, int part, pid_t pid, size_t *at)
{
	size_t low = 0, high = sh->n[part];

	while (low < high) {
		size_t mid = (low + high) / 2;
		int r = kcmp_parts(sh->v[part][mid], pid, parts[part].type);

		if (r < 0 || r > 2)
			return -2;
		if (!r)
			return (long)mid;
		if (r == 1)
			low = mid + 1;
		else
			high = mid;
	}
	*at = low;
	return -1;
}

/*
 * Two processes that have ended have the same part, too: none. And between vfork and execve every child shares its parent's memory:
 * only what lasts counts.
 */
static int lasts(const struct scan *s, struct sharers *sh, pid_t a, pid_t b, int type)
{
	const struct timespec step = { .tv_nsec = 2000000 };

	for (;;) {
		if (s->frozen && model_task(s->model, b))
			return 1;
		if (!process_lives(a) || !process_lives(b) || kcmp_parts(a, b, type))
			return 0;
		if (sh->patience <= 0)
			return 1;
		nanosleep(&step, NULL);
		sh->patience -= 2;
	}
}

static int add_task(struct scan *s, struct sharers *sh, pid_t pid)
{
	for (int i = 0; i < PARTS; i++) {
		size_t at;
		long same = find(sh, i, pid, &at);

		if (same >= 0 && lasts(s, sh, sh->v[i][same], pid, parts[i].type) &&
		    report_add(s->report, FINDING_REFUSED, "clone_vm", pid, 0, "", "start its parts as threads, or as separate processes",
			       "it shares its %s with process %d without being a thread of it", parts[i].name, sh->v[i][same]) < 0)
			return -1;
		if (same != -1)
			continue;
		for (size_t j = sh->n[i]++; j > at; j--)
			sh->v[i][j] = sh->v[i][j - 1];
		sh->v[i][at] = pid;
	}
	return 0;
}

/* A child of the tree that was born after the scan is none of the outside. */
static int is_newborn(const struct scan *s, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_stat st;

	if (!proc_open(pid, &dir) && !proc_read_stat(dir, &st))
		return model_task(s->model, st.ppid) != NULL;
	err_clear();
	return 1;
}

/* Whom we may not look at (EPERM) is left out: it would have to share a part and not the rights that came with it. */
static int outsider(struct scan *s, int dir, pid_t pid, void *ctx)
{
	struct sharers *sh = ctx;

	for (int i = 0; i < PARTS; i++) {
		size_t at;
		long same = is_implied(i) ? -1 : find(sh, i, pid, &at);

		if (same == -2)
			return 0;
		if (same >= 0 && !is_newborn(s, pid) && lasts(s, sh, sh->v[i][same], pid, parts[i].type) &&
		    report_add(s->report, FINDING_REFUSED, "clone_vm", sh->v[i][same], 0, "", "dump the tree that holds both",
			       "it shares its %s with process %d outside of the tree", parts[i].name, pid) < 0)
			return -1;
	}
	return 0;
}

static int scan(struct scan *s)
{
	struct sharers sh = { .patience = 60 };

	if (threads_scan(s, clone_vm_look) < 0)
		return -1;
	for (int i = 0; i < PARTS; i++) {
		sh.v[i] = arena_alloc(&s->model->arena, (s->model->ntasks + 1) * sizeof(pid_t));
		if (!sh.v[i])
			return -1;
	}
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct thread *th = first_living(s->model->tasks[i]);

		if (th && add_task(s, &sh, th->tid) < 0)
			return -1;
	}
	return outsiders_each(s, outsider, &sh);
}

const struct check check_clone_vm = {
	.name = "clone_vm",
	.title = "shared memory, files, folders or handlers without threads",
	.also = "clone_files clone_fs clone_sighand",
	.how = "kcmp(2) of all threads of a process, of all processes of the tree, and of these with all others",
	.takes = "clone3(2) with the same flags where a parent shares with its child; a scan and a rebuild per thread for unshared ones",
	.page = ROW_PAGE(
		"clone(2) with CLONE_VM, CLONE_FILES, CLONE_FS or CLONE_SIGHAND but without CLONE_THREAD: some databases, "
		"Chromium's helpers, old LinuxThreads. And threads that left what others share (unshare(2)).\n\n"
		"kcmp(2) tells that two processes have the same part. Such processes have to be born sharing it, from a "
		"parent that has it: clone3(2) can do that for some shapes of a tree and not for others. A sharer outside "
		"could not be joined again at all.\n\n"
		"Whom cr may not compare (it has capabilities that cr lacks) is cleared by what is open to all: after an "
		"execve(2) nobody shares memory or descriptors, and the sizes of memory differ. What is left is refused; "
		"for the folder and umask alone a note says so."),
	.scan = scan,
};
