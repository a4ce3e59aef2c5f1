/*
 * folder.c - /proc/PID/task/TID of the thread that a scan looks at: opened once for all that is read there, and so is its status.
 *
 * proc(5)
 */
#include <unistd.h>

#include "core/proc/proc.h"
#include "core/unit.h"

void task_folder_close(struct scan *s)
{
	if (s->folder.tid)
		close(s->folder.fd);
	s->folder.tid = 0;
}

int task_folder(struct scan *s, const struct task *t, const struct thread *th, int *fd)
{
	int ret;

	if (!th && !(th = model_speaker(t)))
		return PROC_ABSENT;	/* a zombie process: nothing is left of it */
	if (s->folder.tid != th->tid) {
		task_folder_close(s);
		ret = proc_open_thread(t->pid, th->tid, &s->folder.fd);
		if (ret)
			return ret;
		s->folder.tid = th->tid;
	}
	*fd = s->folder.fd;
	return PROC_OK;
}

static int read_status(struct scan *s, const struct task *t, struct thread *th)
{
	struct proc_status *status = s->status.is ? s->status.is : arena_alloc(&s->texts, sizeof(*status));
	cleanup_buf struct buf text = { 0 };
	const char *p = th->status_text;
	int dir, ret = !status ? PROC_ERROR : p ? PROC_OK : task_folder(s, t, th, &dir);

	if (!ret && !p) {
		ret = proc_read_record(dir, "status", &text);
		p = text.p;
	}
	s->status.of = NULL;
	s->status.is = status;
	if (!ret && proc_status_parse(&s->texts, p, status) < 0)
		ret = PROC_ERROR;
	if (!ret) {
		s->status.of = th;
		th->ruid = status->uid[0];
		th->cap_eff = status->cap_eff;
	}
	return ret;
}

int task_folder_status(struct scan *s, const struct task *t, const struct thread *th, const struct proc_status **out)
{
	struct thread *who = th ? &t->threads[th - t->threads] : model_speaker(t);
	int ret = PROC_ABSENT;

	if (who)
		ret = s->status.of == who ? PROC_OK : read_status(s, t, who);
	*out = s->status.is;
	return ret;
}
