/*
 * sem_undo.c - semaphore adjustments: what the kernel gives back to System V semaphores when a process ends.
 *
 * Nothing tells them. But a process that never asked for one has no list, and kcmp(2) says whether somebody has the same: none.
 * A list has entries only for sets that exist and have been operated on: without such a set there is nothing to lose.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"


/* Is there a set on which an operation has ever succeeded? 1, 0. */
static int used_set(void)
{
	cleanup_buf struct buf text = { 0 };
	int used = 0;			/* columns: key semid perms nsems uid gid cuid cgid otime ctime */

	if (io_read_file(AT_FDCWD, "/proc/sysvipc/sem", &text))
		return errno != ENOENT;		/* no System V IPC in this kernel */
	for (const char *p = strchr(text.p, '\n'); p && p[1] && !used; p = strchr(p + 1, '\n')) {
		const char *column = p + 1;

		for (int i = 0; i < 8; i++) {
			column += strspn(column, " ");
			column += strcspn(column, " \n");
		}
		used = strncmp(column + strspn(column, " "), "0 ", 2) != 0;
	}
	return used;
}

/* A thread gets a list, shared by all threads, when it is made: then only the sets can tell. */
static int look(struct scan *s, const struct task *t, pid_t tid, pid_t reference)
{
	int r = kcmp_parts(tid, reference, KCMP_SYSVSEM_TYPE);

	if (r < 0)
		return errno == ESRCH && !s->frozen ? 0 : fail("kcmp of pid %d", tid);
	if (!r || (!s->frozen && !process_lives(tid)))
		return 0;
	return report_add(s->report, FINDING_REFUSED, "sem_undo", t->pid, 0, "", "remove the semaphores that are not in use (ipcs -s, ipcrm)",
			  t->nthreads > 1 ? "it has several threads and may have semaphore adjustments (SEM_UNDO): there are semaphores in use" :
			  "it has made semaphore operations with SEM_UNDO, whose adjustments cannot be read");
}

static int scan(struct scan *s)
{
	pid_t reference;
	int ret = 0;

	if (!used_set())
		return 0;
	reference = reference_begin();
	if (reference < 0)
		return -1;
	for (size_t i = 0; !ret && i < s->model->ntasks; i++) {
		const struct thread *th = first_living(s->model->tasks[i]);

		ret = th ? look(s, s->model->tasks[i], th->tid, reference) : 0;
	}
	reference_end(reference);
	return ret;
}

const struct check check_sem_undo = {
	.name = "sem_undo",
	.title = "semaphore adjustments",
	.may_be_lost = 1,
	.how = "kcmp(KCMP_SYSVSEM) against a process that never had any, if /proc/sysvipc/sem has a set that was used",
	.page =
		"Operations of semop(2) with SEM_UNDO: the kernel takes them back when the process ends.\n\n"
		"The adjustments of a process cannot be read. That it has a list at all shows by comparing it with a process that\n"
		"never had one; a process with threads always has one, so there only the absence of semaphores in use clears it.\n"
		"Sets in another IPC namespace are that namespace's matter (ns_ipc).\n\n"
		"A solution inside the frozen tree: unshare(CLONE_SYSVSEM) applies the adjustments, the difference of all values tells\n"
		"them, and one semop with a + and a - of the same amount gives them back. It wakes others, so the set must be the tree's own.",
	.scan = scan,
};
