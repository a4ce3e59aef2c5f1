/*
 * sem_undo.c - semaphore adjustments: what the kernel gives back to System V semaphores when a process ends.
 *
 * Nothing tells them. But a process that never asked for one has no list, and kcmp(2) says whether somebody has the same: none.
 * A list has entries only for sets that exist and have been operated on: without such a set there is nothing to lose.
 */
#include <errno.h>

#include "checks/run.h"
#include "core/look/reference.h"

/* Is there a set on which an operation has ever succeeded? 1, 0, -1. */
static int used_set(struct scan *s)
{
	struct proc_ipc_objects sets;
	int used = 0, r = proc_read_sysvipc("sem", &s->model->arena, &sets);

	for (size_t i = 0; i < sets.n && !used; i++)
		used = sets.v[i].otime != 0;
	return r == PROC_ERROR ? -1 : used;
}

static int refuse(struct scan *s, const struct task *t, enum verdict verdict, const char *meaning)
{
	return report_add(s->report, verdict, "sem_undo", t->pid, 0, "", "remove the semaphores that are not in use (ipcs -s, ipcrm)", "%s", meaning);
}

/* A thread gets a list, shared by all threads, when it is made: then only the process itself can tell, once it stands. */
static int look(struct scan *s, const struct task *t, pid_t tid, pid_t reference)
{
	int r = kcmp_parts(tid, reference, KCMP_SYSVSEM);

	if (r < 0)
		return errno == ESRCH && !scan_is_frozen(s) ? 0 : fail("kcmp of pid %d", tid);
	if (!r || (!scan_is_frozen(s) && !process_lives(tid)))
		return 0;
	if (t->nthreads == 1)
		return refuse(s, t, FINDING_REFUSED, "it has made semaphore operations with SEM_UNDO, or had threads: its adjustments cannot be read");
	return scan_is_frozen(s) ? 0 : refuse(s, t, FINDING_NOTE, "it has several threads and may have semaphore adjustments (SEM_UNDO), which only "
				      "the frozen process tells (cr check --deep)");
}

static int scan(struct scan *s)
{
	pid_t reference;
	int ret = used_set(s);

	if (ret <= 0)
		return ret;
	ret = 0;
	reference = reference_begin();
	if (reference < 0)
		return -1;
	for (size_t i = 0; !ret && i < s->model->ntasks; i++) {
		const struct thread *th = model_speaker(s->model->tasks[i]);

		ret = th ? look(s, s->model->tasks[i], th->tid, reference) : 0;
	}
	reference_end(reference);
	return ret;
}

const struct check check_sem_undo = {
	.name = "sem_undo",
	.title = ROW_TEXT("semaphore adjustments"),
	.may_be_lost = 1,
	.how = ROW_TEXT("kcmp(KCMP_SYSVSEM) against a process that never had any, if /proc/sysvipc/sem has a set that was used"),
	.takes = ROW_TEXT("in a frozen tree with its own IPC namespace: unshare(CLONE_SYSVSEM) and the difference of all values"),
	.page = ROW_PAGE(
		"Operations of semop(2) with SEM_UNDO: the kernel takes them back when the process ends, so that nobody "
		"waits for a dead one.\n\n"
		"The adjustments of a process cannot be read. That it has a list at all shows by comparing it with a "
		"process that never had one (kcmp(2)); a process with threads always has one, and is asked when it stands. "
		"Sets in another IPC namespace are that namespace's matter (ns_ipc).\n\n"
		"A solution inside the frozen tree: unshare(CLONE_SYSVSEM) applies the adjustments, the difference of all "
		"values tells them, and one semop with a + and a - of the same amount gives them back. It wakes others, "
		"so the set must be the tree's own. A line in /proc would make it exact. ipcs -s and ipcrm clear what is "
		"left over."),
	.in_2009 = 'N',
	.scan = scan,
};
