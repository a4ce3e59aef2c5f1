/*
 * sysv_sem.c - System V semaphores. A set belongs to nobody: it is told by who made its last operation, or waits for one.
 */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/look/ipc.h"

#define MOST 250			/* semaphores of a set that are looked at */

static const long waits[] = { SYS_semop, SYS_semtimedop, 0 };

static int shared(struct scan *s, const struct task *waiter, const struct proc_ipc_object *o)
{
	const struct task *t;

	if (waiter && ipc_note(s, waiter, "sysv_sem", "set", o->id, "it waits for a semaphore of this set") < 0)
		return -1;
	for (int64_t i = 0; o->otime && i < o->size && i < MOST; i++) {
		int pid = (int)syscall(SYS_semctl, (int)o->id, (int)i, GETPID);

		t = pid > 0 ? model_task(s->model, pid) : NULL;
		if (t && ipc_note(s, t, "sysv_sem", "set", o->id, "it made the last operation on semaphores of this set") < 0)
			return -1;
	}
	return 0;
}

static int own(struct scan *s, const struct task *t, const struct proc_ipc_object *o)
{
	return report_refuse(s->report, "sysv_sem", t->pid, report_object(s->report, "set", o->id),
			     "remove it when it is not in use (ipcrm)",
			     "%lld semaphores, key %lld, in an IPC namespace of its own", (long long)o->size, (long long)o->key);
}

static int scan(struct scan *s)
{
	return ipc_each(s, "sem", waits, shared, own);
}

const struct check check_sysv_sem = {
	.name = "sysv_sem",
	.title = ROW_TEXT("System V semaphores"),
	.also = ROW_TEXT("semget"),
	.how = ROW_TEXT("/proc/sysvipc/sem: of another IPC namespace all sets; of ours those that a task waits for, or made the last operation on"),
	.takes = ROW_TEXT("*_next_id and the values, for a namespace that only the tree has"),
	.page = ROW_PAGE(
		"Sets of semget(2): databases, old middleware, Apache's accept mutex.\n\n"
		"They are objects of an IPC namespace and not of a process: nothing says who uses one. Those of a "
		"namespace that only the tree has could be made again with their numbers (sem_next_id), owners and "
		"values; they are refused as long as such a namespace is. Those of the machine stay where they are. A "
		"process that is restored finds them there, unless the machine was started anew or is another one: so "
		"they are noted where it can be seen that the tree uses them, and cr takes the word of whoever restores.\n\n"
		"Adjustments for the end of a process are sem_undo."),
	.in_2009 = 'S',
	.scan = scan,
};
