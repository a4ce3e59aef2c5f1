/*
 * run.h - what several checks share: one walk over all threads, our own namespaces, names of sockets.
 */
#ifndef CR_CHECKS_RUN_H
#define CR_CHECKS_RUN_H

#include <fcntl.h>
#include <linux/kcmp.h>

#include "core/look/look.h"
#include "core/look/mounts.h"
#include "core/look/outside.h"
#include "core/proc/proc.h"
#include "core/unit.h"

/* ---- one walk over all threads, for all checks that look at each of them ---- */

#define NAMESPACES 10			/* kinds of links below ns/ */

struct thread_look {
	const struct task *task;
	const struct thread *thread;
	int first;			/* it speaks for the process: the leader, or the first one that lives */
	pid_t first_tid;
	int *dir;			/* for thread_dir() */
	const char *status;		/* the text of its status */
	int *patience;			/* milliseconds that this scan may still wait for something to pass */
	/* read before, of many threads at once */
	int read;			/* an enum proc_result */
	int cgroups_differ;
	uint8_t odd;			/* bit N: part N, see clone_vm_read() */
	unsigned ns_known;		/* bit N: ns[N] was read */
	char ns[NAMESPACES][PROC_NS_MAX];
};
typedef int thread_look_fn(struct scan *s, const struct thread_look *l);	/* an enum proc_result */

thread_look_fn cgroup_look, clone_vm_look, lock_look, lsm_look, netdev_look, ptrace_look, unknown_look, vfork_look;

/* The scan() of all checks that look at each thread, or its beginning: the first one that is called walks for all. */
int threads_scan(struct scan *s);

int thread_dir(const struct thread_look *l);	/* /proc/PID/task/TID; -1: a thread that stood has been killed */
/* Its link ns/net, if it is another one than ours, and than those of its process and its parent, which have been looked at already; NULL. */
const char *thread_new_net(const struct thread_look *l);

/* In front of the walk: our own labels and control groups, and names that this kernel has and cr does not know. SELF: our folder in /proc. */
int lsm_learn(int self);
int cgroup_learn(int self);
int unknown_learn(struct scan *s, int self);
int clone_vm_read(const struct thread_look *l, uint8_t *odd);	/* what it shares with the first one, or not, unlike a thread. An enum proc_result */
int cgroup_differs(int dir);		/* are those of the thread with this folder, as far as they can be read, others than ours? */

/* A finding of the thread; of the whole process when it is the first one. */
int thread_refuse(struct scan *s, const struct thread_look *l, const char *id, const char *object, const char *remedy,
		  const char *meaning, ...) PRINTF_LIKE(6, 7);

/*
 * The start of a small text, cut at SIZE, in a buffer of the caller: one read, no memory. The length; -1 with errno, nothing recorded.
 */
long text_read(int dir, const char *name, char *out, size_t size);

/* The number behind "KEY:\t" in the text of a status file; -1: no such line. */
long status_number(const char *status, const char *key);

/* ---- all other processes of the machine ---- */

/* Calls F for each process that is not of the tree, nor we ourselves. DIR is /proc. Stops when F returns -1. */
int outsiders_each(struct scan *s, int (*f)(struct scan *s, int dir, pid_t pid, void *ctx), void *ctx);
/* The same for those of the tree, too: for lists that serve many trees. */
int processes_each(struct scan *s, int (*f)(struct scan *s, int dir, pid_t pid, void *ctx), void *ctx);

/* Lives, is no zombie and is not about to end. */
int process_lives(pid_t pid);

/* ---- those that cr may not compare (strangers.c) ---- */

int traits_read(const struct model *m, pid_t pid, struct traits *out);	/* M: of the tree, or NULL. 0: it does not live; -1 */
int strangers_add(struct outside *o, pid_t pid);
int strangers_look(struct scan *s);			/* refuses what one of them may share with the tree, or says so */

/* ---- namespaces ---- */

/* "net:[4026531833]": an open descriptor of a namespace of this type. */
int ns_claims(const struct fd_look *l, const char *type);

/* ---- descriptors ---- */

/* "TCP", "UNIX-STREAM", ... of a "socket:[N]"; "" when it cannot be told; NULL: no socket. Valid until the next call. */
const char *socket_name(const struct fd_look *l);
int socket_is(const struct fd_look *l, const char *names);	/* one of NAMES, with blanks between */

static inline int is_device(const struct fd_look *l)
{
	return l->have_stat && (S_ISCHR(l->st.st_mode) || S_ISBLK(l->st.st_mode)) && !(l->flags & O_PATH);
}

/* 5:2 is the multiplexer, 5:0 /dev/tty, 2 and 3 are pairs as BSD had them. */
static inline int is_pty(const struct fd_look *l)
{
	unsigned maj = major(l->st.st_rdev);

	return is_device(l) && S_ISCHR(l->st.st_mode) &&
	       (l->st.st_rdev == makedev(5, 2) || l->st.st_rdev == makedev(5, 0) || rdev_is_pts(l->st.st_rdev) || maj == 2 || maj == 3);
}

/* ---- parts that are shared ---- */

int kcmp_parts(pid_t a, pid_t b, int type);	/* TYPE: KCMP_*. 0 the same, 1 less, 2 greater; -1 with errno, nothing recorded */

#endif
