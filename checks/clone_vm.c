/*
 * clone_vm.c - memory, descriptors, folders or signal handlers that processes share without being threads of one, and threads
 * that have left what the others share.
 *
 * kcmp(2) tells "the same", and an order: so each part keeps a sorted list of the processes that have different ones.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/outside.h"
#include "core/look/reference.h"

static const struct part {		/* in the order of their types, see linux/kcmp.h */
	char name[31];
	enum {
		ANYWHERE,
		IMPLIED,		/* only who shares the memory can share this, and is refused for that; threads always do */
		IN_TREE,		/* many have none at all; it matters little, and nobody outside of the tree is asked */
	} where;
} parts[] = {
	{ "memory", ANYWHERE },
	{ "table of descriptors", ANYWHERE },
	{ "working folder and umask", ANYWHERE },
	{ "signal handlers", IMPLIED },
	{ "I/O context and priority", IN_TREE },
	{ "list of semaphore adjustments", IN_TREE },
};
#define PARTS 6
#define TYPE(part) (KCMP_VM + (part))
#define PARTS_OF_THREADS (1 << KCMP_FILES | 1 << KCMP_FS | 1 << KCMP_SYSVSEM)	/* that they may have left */
_Static_assert(TYPE(PARTS - 1) == KCMP_SYSVSEM && PARTS <= 8, "one of each type, a bit for each");

struct sharers {
	pid_t *v[PARTS];
	size_t n[PARTS], cap[PARTS];
	pid_t fresh;			/* 0: not needed yet; -1: recorded */
	int patience;			/* milliseconds */
};

/* Has PID no such part at all? Then it has the same as a process that was just born. -1 recorded. */
static int is_none(struct sharers *sh, int part, pid_t pid)
{
	if (!sh->fresh)
		sh->fresh = reference_begin();
	return sh->fresh < 0 ? -1 : !kcmp_parts(sh->fresh, pid, TYPE(part));
}

/* ---- threads of one process ---- */

/* Threads share all but the I/O context, and mostly have none. */
int clone_vm_read(const struct thread_look *l, uint8_t *odd)
{
	for (int i = 0; !l->first && i < PARTS; i++) {
		int r = PARTS_OF_THREADS >> TYPE(i) & 1 ? kcmp_parts(l->first_tid, l->thread->tid, TYPE(i)) : 0;

		if (r < 0)
			return errno == ESRCH ? PROC_GONE : fail("kcmp of threads %d and %d", l->first_tid, l->thread->tid);
		*odd |= (uint8_t)(!!r << i);
	}
	return 0;
}

int clone_vm_look(struct scan *s, const struct thread_look *l)
{
	for (int i = 0; l->odd >> i; i++) {
		/* Who is about to end has let go of its parts already. */
		if (l->odd >> i & 1 && (scan_is_frozen(s) || (process_lives(l->first_tid) && process_lives(l->thread->tid))) &&
		    thread_refuse(s, l, "clone_vm", "", "start it without unshare(2) in a thread",
				  "this thread has a %s of its own", parts[i].name) < 0)
			return -1;
	}
	return 0;
}

/* ---- processes ---- */

#define NOT_ASKED -3

/* Where PID stands in the list: the one that has the same part, or -1 with *AT where it belongs. -2: cannot be told. */
static long find(const struct sharers *sh, int part, pid_t pid, size_t *at)
{
	size_t low = 0, high = sh->n[part];

	while (low < high) {
		size_t mid = (low + high) / 2;
		int r = kcmp_parts(sh->v[part][mid], pid, TYPE(part));

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

static int insert(struct arena *a, struct sharers *sh, int part, size_t at, pid_t pid)
{
	if (!arena_grow(a, &sh->v[part], sh->n[part], &sh->cap[part], sizeof(pid_t)))
		return -1;
	memmove(sh->v[part] + at + 1, sh->v[part] + at, (sh->n[part]++ - at) * sizeof(pid_t));
	sh->v[part][at] = pid;
	return 0;
}

/*
 * Two processes that have ended have the same part, too: none. And between vfork and execve every child shares its parent's memory:
 * only what lasts counts.
 */
static int lasts(const struct scan *s, struct sharers *sh, pid_t a, pid_t b, int type)
{
	const struct timespec step = { .tv_nsec = 2000000 };

	for (;;) {
		if (scan_is_frozen(s) && model_task(s->model, b))
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
		long same = parts[i].where == IMPLIED ? NOT_ASKED : find(sh, i, pid, &at);

		if (same >= 0 && !(parts[i].where == IN_TREE && is_none(sh, i, pid)) && lasts(s, sh, sh->v[i][same], pid, TYPE(i)) &&
		    report_refuse(s->report, "clone_vm", pid, "", "start its parts as threads, or as separate processes",
				  "it shares its %s with process %d without being a thread of it", parts[i].name, sh->v[i][same]) < 0)
			return -1;
		if (same == -1 && insert(&s->model->arena, sh, i, at, pid) < 0)
			return -1;
	}
	return 0;
}

/* A child of the tree that was born after the scan is none of the outside. */
static int is_newborn(const struct scan *s, pid_t pid)
{
	struct proc_stat st;
	int r = proc_stat_of(pid, &st);

	if (!r)
		return model_task(s->model, st.ppid) != NULL;
	err_clear();
	return r > 0;
}

static int refuse_sharer(struct scan *s, struct sharers *sh, pid_t inside, pid_t outside, int part)
{
	if (is_newborn(s, outside) || !lasts(s, sh, inside, outside, TYPE(part)))
		return 0;
	return report_refuse(s->report, "clone_vm", inside, report_object(s->report, "process", outside), "dump the tree that holds both",
			     "they share their %s, and that one is outside of the tree", parts[part].name);
}

/* ---- all others, for one tree ---- */

static int outsider(struct scan *s, int dir, pid_t pid, void *ctx)
{
	struct sharers *sh = ctx;

	for (int i = 0; i < PARTS; i++) {
		size_t at;
		long same = parts[i].where != ANYWHERE ? NOT_ASKED : find(sh, i, pid, &at);

		if (same == -2)
			return errno == EPERM ? strangers_add(s->outside, pid) : 0;
		if (same >= 0 && refuse_sharer(s, sh, sh->v[i][same], pid, i) < 0)
			return -1;
	}
	return 0;
}

/* ---- all others, for many trees: everybody is compared with everybody once ---- */

static int add_sharing(struct outside *o, pid_t a, pid_t b, int part)
{
	if (!arena_grow(&o->arena, &o->sharings, o->nsharings, &o->sharings_cap, sizeof(*o->sharings)))
		return -1;
	o->sharings[o->nsharings++] = (struct sharing) { a, b, part };
	return 0;
}

static int place(struct outside *o, struct sharers *sh, pid_t pid)
{
	for (int i = 0; i < PARTS; i++) {
		size_t at;
		long same = parts[i].where != ANYWHERE ? NOT_ASKED : find(sh, i, pid, &at);

		if (same == -2)
			return errno == EPERM ? strangers_add(o, pid) : 0;
		if (same >= 0 && add_sharing(o, sh->v[i][same], pid, i) < 0)
			return -1;
		if (same == -1 && insert(&o->arena, sh, i, at, pid) < 0)
			return -1;
	}
	return 0;
}

static int place_process(struct scan *s, int dir, pid_t pid, void *ctx)
{
	struct traits t;
	int ret;

	/* An empty list compares with nobody: so whether we may is asked with ourselves. */
	if (kcmp_parts(getpid(), pid, KCMP_FS) < 0 && errno == EPERM)
		return strangers_add(s->outside, pid);
	ret = traits_read(NULL, pid, &t);
	return ret > 0 ? place(s->outside, ctx, pid) : ret;
}

static int compare_all(struct scan *s)
{
	struct sharers sh = { 0 };

	s->outside->sharings_known = 1;
	return processes_each(s, place_process, &sh);
}

static int look_at_sharings(struct scan *s, struct sharers *sh)
{
	struct outside *o = s->outside;

	if (!o->sharings_known && compare_all(s) < 0)
		return -1;
	for (size_t i = 0; i < o->nsharings; i++) {
		const struct sharing *x = &o->sharings[i];
		int a = model_task(s->model, x->a) != NULL, b = model_task(s->model, x->b) != NULL;

		if (a != b && refuse_sharer(s, sh, a ? x->a : x->b, a ? x->b : x->a, x->part) < 0)
			return -1;
	}
	return 0;
}

static int scan(struct scan *s)
{
	struct sharers sh = { .patience = 60 };
	struct outside *o = s->outside;
	int ret = threads_scan(s);

	if (scan_is_newborn(s))		/* no call of a restore makes a process or thread that shares more, or less */
		return ret;
	for (size_t i = 0; ret == 0 && i < s->model->ntasks; i++) {
		const struct thread *th = model_speaker(s->model->tasks[i]);

		ret = th ? add_task(s, &sh, th->tid) : 0;
	}
	if (sh.fresh > 0)
		reference_end(sh.fresh);
	if (sh.fresh < 0)
		ret = -1;
	if (ret == 0)
		ret = o->for_many ? look_at_sharings(s, &sh) : outsiders_each(s, outsider, &sh);
	if (ret == 0 && access("/proc/1/stat", R_OK))
		ret = report_add(s->report, FINDING_NOTE, "clone_vm", 0, 0, "", "", "this /proc hides processes of others (hidepid): what they share "
				 "with this tree, or hold of it, cannot be seen");
	return ret ? ret : strangers_look(s);
}

const struct check check_clone_vm = {
	.name = "clone_vm",
	.title = ROW_TEXT("shared memory, files, folders or handlers without threads"),
	.also = ROW_TEXT("clone_files clone_fs clone_sighand"),
	.how = ROW_TEXT("kcmp(2) of all threads of a process, of all processes of the tree, and of these with all others"),
	.takes = ROW_TEXT("clone3(2) with the same flags where a parent shares with its child; a scan and a rebuild per thread for unshared ones"),
	.page = ROW_PAGE(
		"clone(2) with CLONE_VM, CLONE_FILES, CLONE_FS or CLONE_SIGHAND but without CLONE_THREAD: some databases, "
		"Chromium's helpers, old LinuxThreads. And threads that left what others share (unshare(2)). Within the tree "
		"CLONE_IO and CLONE_SYSVSEM, too, and threads without the latter.\n\n"
		"kcmp(2) tells that two processes have the same part. Such processes have to be born sharing it, from a "
		"parent that has it: clone3(2) can do that for some shapes of a tree and not for others. A sharer outside "
		"could not be joined again at all.\n\n"
		"Whom cr may not compare (it has capabilities that cr lacks) is cleared by what is open to all: after an "
		"execve(2) nobody shares memory or descriptors, and the sizes of memory differ. What is left is refused; "
		"for the folder and umask alone a note says so."),
	.scan = scan,
};
