/* lock.c - locks of files, and those who wait for one. */
#include "checks/run.h"

/* Locks that are held are seen in fdinfo, with the descriptor; the waiters stand in /proc/locks alone. */
static int scan(struct scan *s)
{
	struct proc_locks locks;

	if (proc_read_locks(&s->model->arena, &locks)) {
		err_clear();
		return report_add(s->report, FINDING_NOTE, "lock", 0, 0, "/proc/locks", "", "who waits for a lock cannot be told");
	}
	for (size_t i = 0; i < locks.n; i++) {
		const struct proc_lock *k = &locks.v[i];

		if (k->waiter && k->pid > 0 && model_task(s->model, k->pid) &&
		    report_add(s->report, FINDING_REFUSED, "lock", k->pid, 0, "", "try again when it has got the lock",
			       "it waits for a lock of file %x:%x inode %llu", k->major, k->minor, (unsigned long long)k->inode) < 0)
			return -1;
	}
	return 0;
}

const struct check check_lock = {
	.name = "lock",
	.title = "file locks",
	.may_be_lost = 1,
	.how = "lock lines in fdinfo of each descriptor; waiters in /proc/locks",
	.page =
		"flock(2), POSIX locks and locks of open file descriptions (fcntl(2)).\n\n"
		"fdinfo tells who holds what. Between dump and restore nobody holds it: another program may take the lock and change\n"
		"the file, so a lock is safe only when all who use it are in the tree. Then it is taken again before anybody runs.\n\n"
		"Who waits for a lock repeats its system call after a restore, at another place of the queue. A waiter for an OFD lock\n"
		"has no process in /proc/locks and is not seen.",
	.scan = scan,
};
