/*
 * mqueue.c - POSIX message queues.
 *
 * mq_open(3) opens below a mount that no mount table shows, and which may be mounted besides. Whoever opens the queue of that name
 * gets a file of the same mount. Nothing else may be asked about a file that is in no mount table: its server may be dead.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"

/* A queue is a name in the root of its mount; opened for reading it stays as it is. */
static int is_queue(const struct scan *s, const struct file *f)
{
	struct proc_fdinfo info;
	cleanup_fd int self = -1, fd = -1;
	int ret;

	if (*mount_fstype(s->mounts, (int)f->dev) || f->text[0] != '/' || strchr(f->text + 1, '/'))
		return 0;
	fd = (int)syscall(SYS_mq_open, f->text + 1, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0, NULL);
	if (fd < 0)
		return 0;
	ret = proc_open_self(&self);
	if (!ret)
		ret = proc_read_fdinfo(self, (unsigned)fd, &s->model->arena, &info);
	return ret < 0 ? -1 : !ret && info.mnt_id == f->dev;
}

static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->nfiles; i++) {
		const struct file *f = s->model->files[i];
		int ret = is_queue(s, f);

		if (ret > 0)
			ret = file_refuse(s->report, f, FINDING_REFUSED, "mqueue", "close it before", "%s is a POSIX message queue",
					  look_quote(&s->model->arena, f->text));
		if (ret < 0)
			return -1;
	}
	return 0;
}

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_QUEUE;
}

const struct check check_mqueue = {
	.name = "mqueue",
	.title = ROW_TEXT("POSIX message queues"),
	.how = ROW_TEXT("the queue of the same name is on the same mount"),
	.takes = ROW_TEXT("receiving and sending all messages again, in an IPC namespace of the tree's own"),
	.page = ROW_PAGE(
		"Queues of mq_open(3).\n\n"
		"Messages cannot be looked at, only received, which takes them out: a dump would have to receive them all "
		"and send them again while nobody else looks, and a crash in between loses them. A descriptor for writing "
		"only cannot even do that. Who waits to be notified is visible, what with is not. A queue has a name by "
		"which outsiders use it, so it belongs to the tree only in an IPC namespace of its own.\n\n"
		"In such a namespace about 200 lines; a flag to look at messages would make it safe (as MSG_COPY does for "
		"System V)."),
	.claims = claims,
	.meaning = "a POSIX message queue",
	.remedy = "close it before",
	.scan = scan,
};
