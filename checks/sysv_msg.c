/*
 * sysv_msg.c - System V message queues. A queue belongs to nobody: it is told by who sent or received last, or waits to.
 */
#include <sys/syscall.h>

#include "checks/run.h"
#include "core/look/ipc.h"

static const long waits[] = { SYS_msgrcv, SYS_msgsnd, 0 };

static int shared(struct scan *s, const struct task *waiter, const struct proc_ipc_object *o)
{
	const struct task *t;

	if (waiter && ipc_note(s, waiter, "sysv_msg", "queue", o->id, "it waits for this queue") < 0)
		return -1;
	t = o->last[0] > 0 ? model_task(s->model, (pid_t)o->last[0]) : NULL;
	if (t && ipc_note(s, t, "sysv_msg", "queue", o->id, "it sent the last message of this queue") < 0)
		return -1;
	t = o->last[1] > 0 ? model_task(s->model, (pid_t)o->last[1]) : NULL;
	return t ? ipc_note(s, t, "sysv_msg", "queue", o->id, "it received the last message of this queue") : 0;
}

static int own(struct scan *s, const struct task *t, const struct proc_ipc_object *o)
{
	return report_refuse(s->report, "sysv_msg", t->pid, report_object(s->report, "queue", o->id),
			     "remove it when it is not in use (ipcrm)",
			     "%lld messages, key %lld, in an IPC namespace of its own", (long long)o->count, (long long)o->key);
}

static int scan(struct scan *s)
{
	return ipc_each(s, "msg", waits, shared, own);
}

const struct check check_sysv_msg = {
	.name = "sysv_msg",
	.title = ROW_TEXT("System V message queues"),
	.also = ROW_TEXT("msgget"),
	.how = ROW_TEXT("/proc/sysvipc/msg: of another IPC namespace all queues; of ours those that a task waits for, or was the last to use"),
	.takes = ROW_TEXT("msg_next_id, and messages by MSG_COPY, for a namespace that only the tree has"),
	.page = ROW_PAGE(
		"Queues of msgget(2).\n\n"
		"They are objects of an IPC namespace and not of a process. Messages can be read without taking them out "
		"(MSG_COPY, CONFIG_CHECKPOINT_RESTORE), and a queue can be made again with its number (msg_next_id), mode "
		"and limits: that is worth it for a namespace that only the tree has, which is refused as a whole today.\n\n"
		"Queues of the machine stay where they are, with what is in them, and are noted where the tree was the "
		"last to use one: after a boot, or elsewhere, they are not there."),
	.in_2009 = 'S',
	.scan = scan,
};
