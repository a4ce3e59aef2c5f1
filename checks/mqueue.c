/* mqueue.c - message queues. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_QUEUE;
}

const struct check check_mqueue = {
	.name = "mqueue",
	.title = "POSIX message queues",
	.how = "mnt_id of the descriptor is an mqueue mount",
	.page =
		"Queues of mq_open(3).\n\n"
		"Messages cannot be looked at, only received, which takes them out: a dump would have to receive and\n"
		"send them all again while nobody else looks. Who waits to be notified is visible, what with is not.",
	.claims = claims,
	.meaning = "a POSIX message queue",
	.remedy = "close it before",
};
