/*
 * mqueue.c - POSIX message queues.
 *
 * mq_open(3) opens below a mount that no mount table shows, and which may be mounted besides: the kind of file system tells.
 */
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "checks/run.h"

#define MQUEUE_MAGIC 0x19800202

static int is_queue(const struct scan *s, const struct file *f)
{
	char path[64];
	struct statfs fs;

	/* Asked only where it was already looked at: in no mount table, and a name in the root of its mount. */
	if (*mount_fstype(s->mounts, (int)f->dev) || f->text[0] != '/' || strchr(f->text + 1, '/'))
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", f->pid, f->fd);
	return !statfs(path, &fs) && fs.f_type == MQUEUE_MAGIC;
}

static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->nfiles; i++) {
		const struct file *f = s->model->files[i];

		if (is_queue(s, f) &&
		    file_refuse(s->report, f, FINDING_REFUSED, "mqueue", "close it before", "%s is a POSIX message queue",
				look_quote(&s->model->arena, f->text)) < 0)
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
	.title = "POSIX message queues",
	.how = "the kind of file system of the descriptor",
	.page =
		"Queues of mq_open(3).\n\n"
		"Messages cannot be looked at, only received, which takes them out: a dump would have to receive and send them all\n"
		"again while nobody else looks. Who waits to be notified is visible, what with is not.",
	.claims = claims,
	.meaning = "a POSIX message queue",
	.remedy = "close it before",
	.scan = scan,
};
