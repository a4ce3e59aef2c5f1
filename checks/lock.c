/* lock.c - locks of files, and those who wait for one. */
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "checks/run.h"

/* Architectures without the older calls. */
#ifndef SYS_poll
#define SYS_poll SYS_ppoll
#define SYS_select SYS_pselect6
#define SYS_epoll_wait SYS_epoll_pwait
#define SYS_pause SYS_rt_sigsuspend
#endif

#define CMD_SETLKW 7			/* of fcntl(2), as the kernel knows them */
#define CMD_OFD_SETLKW 38

/* Who sleeps in one of these waits neither for a lock nor for the end of a lease. */
static const uint16_t harmless[] = {
	SYS_futex, SYS_nanosleep, SYS_clock_nanosleep, SYS_ppoll, SYS_pselect6, SYS_epoll_pwait, SYS_rt_sigtimedwait, SYS_rt_sigsuspend,
	SYS_wait4, SYS_waitid, SYS_accept, SYS_accept4, SYS_connect, SYS_recvfrom, SYS_recvmsg, SYS_sendto, SYS_sendmsg, SYS_restart_syscall,
	SYS_poll, SYS_select, SYS_pause, SYS_epoll_wait,
};

/* Before Linux 5.15 a lock of a regular file can be mandatory: whoever reads or writes waits for it. */
static int is_regular(const struct scan *s, const struct task *t, uint64_t fd)
{
	for (size_t i = 0; i < t->nfds; i++)
		if (t->fds[i].fd == fd) {
			const char *text = s->model->files[t->fds[i].file]->text;

			return *text == '/' && strncmp(text, "/dev/", 5) != 0;
		}
	return 1;
}

static int is_harmless(const struct scan *s, const struct task *t, const struct proc_syscall *call)
{
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (call->nr == harmless[i])
			return 1;
	return (call->nr == SYS_read || call->nr == SYS_write) && !is_regular(s, t, call->args[0]);
}

static int takes_lock(const struct proc_syscall *call)
{
	if (call->nr == SYS_flock)
		return !(call->args[1] & LOCK_NB);
	return call->nr == SYS_fcntl && (call->args[1] == CMD_SETLKW || call->args[1] == CMD_OFD_SETLKW);
}

/* A frozen thread's registers are known: no file has to be read. */
static int read_call(const struct scan *s, const struct thread_look *l, struct proc_syscall *call)
{
	*call = (struct proc_syscall){ 0 };
	if (!scan_is_frozen(s) || !l->thread->remote)
		return proc_read_syscall(thread_dir(l), call);
	call->nr = remote_interrupted_call(l->thread->remote, call->args);
	return PROC_OK;
}

/*
 * /proc/locks stops everybody on the machine who takes or drops a lock, and waits for a grace period of RCU: many milliseconds. So it is
 * asked only when somebody sleeps in a call that may have met a lease. A task that is frozen waits for nothing: it will begin its call anew.
 */
int lock_look(struct scan *s, const struct thread_look *l)
{
	struct proc_syscall call;

	if (read_call(s, l, &call)) {
		err_clear();
		s->ask_locks |= !scan_is_frozen(s);
		return 0;
	}
	if (call.running || call.nr < 0)
		return 0;
	if (takes_lock(&call))
		return thread_refuse(s, l, "lock", report_object(s->report, "fd", (int)call.args[0]), "try again when it has got the lock",
				     "it waits for a lock of this file");
	if (!scan_is_frozen(s) && !is_harmless(s, l->task, &call))
		s->ask_locks = 1;
	return 0;
}

/*
 * An open file that has been closed, and is mapped still, keeps its locks and its lease: no fdinfo tells of them. POSIX locks end when their
 * owner closes any descriptor of the file, so one tells of them.
 */
static int is_mapped(const struct scan *s, const struct proc_lock *k)
{
	if (k->kind == PROC_LOCK_POSIX)
		return 0;
	for (size_t i = 0; i < s->model->nmapped; i++) {
		const struct mapped_file *f = s->model->mapped[i];

		if (f->ino == k->inode && f->dev == makedev(k->major, k->minor))
			return 1;
	}
	return 0;
}

static int look_at_table(struct scan *s)
{
	struct proc_locks locks;

	if (proc_read_locks(&s->model->arena, &locks) < 0)
		return -1;
	for (size_t i = 0; i < locks.n; i++) {
		const struct proc_lock *k = &locks.v[i];
		const struct task *t = model_task(s->model, k->pid);

		/* Of an open file description, or of one who has ended (told in the first pid namespace alone): it may be anybody's. */
		if (!t && !k->waiter && !process_lives(k->pid))
			t = s->model->tasks[0];
		if (t && (k->waiter || is_mapped(s, k)) &&
		    report_refuse(s->report, "lock", t->pid, "", k->waiter ? "try again when it has got the lock" : "see cr check --explain lock",
				  "it %s a lock of file %x:%x inode %llu", k->waiter ? "waits for" : "has by a mapping", k->major,
				  k->minor, (unsigned long long)k->inode) < 0)
			return -1;
	}
	return 0;
}

static int scan(struct scan *s)
{
	if (threads_scan(s) < 0)
		return -1;
	return s->ask_locks && !scan_is_newborn(s) ? look_at_table(s) : 0;
}

const struct check check_lock = {
	.name = "lock",
	.title = ROW_TEXT("file locks"),
	.also = ROW_TEXT("flock posix_lock ofd"),
	.may_be_lost = 1,
	.how = ROW_TEXT("lock lines in fdinfo of each descriptor; waiters by the system call that each thread is in, and in /proc/locks"),
	.takes = ROW_TEXT("taking them again in the rebuilt tree before it runs, where all who use the file are in the tree"),
	.page = ROW_PAGE(
		"flock(2), POSIX locks and locks of open file descriptions (fcntl(2)): databases, mail, package managers, "
		"pid files.\n\n"
		"fdinfo tells who holds what. Between dump and restore nobody holds it: another program may take the lock "
		"and change the file. So a lock can be carried only when it is taken again before anybody runs, the file "
		"is unchanged, and no outsider holds or waits for one that conflicts. POSIX locks belong to a process, "
		"the others to an open file, and conversions have an order. About 150 lines, no change of the kernel.\n\n"
		"Whoever waits for a lock is refused, too: he stands in a queue with others. It shows in /proc/locks and, "
		"for locks of open files, in the system call that he sleeps in. Try again when it has got the lock.\n\n"
		"An open file that was closed and is mapped still keeps its lock or lease, as that of java's performance data "
		"does: start it with -XX:-UsePerfData. /proc/locks tells of it, which is asked where a file is mapped shared to "
		"be written."),
	.in_2009 = 'N',
	.scan = scan,
};
