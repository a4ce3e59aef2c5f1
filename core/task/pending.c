/*
 * pending.c - signals that have been sent and wait because they are blocked, with all that came with them.
 *
 *	SigPnd:	0000000000000200
 *	ShdPnd:	0000000000004000
 *
 * PTRACE_PEEKSIGINFO lists a queue without taking anything off it. The queue of the whole process is recorded with its first living
 * thread. A newborn may send itself any siginfo: rt_sigqueueinfo(2), rt_tgsigqueueinfo(2). It blocks everything but SIGURG, with
 * which the engine works: that one cannot wait, neither here nor there.
 *
 * A signal of a POSIX timer is the timer's own as long as it waits: the kernel counts what has been overrun meanwhile, queues no second one,
 * and takes it back with the timer. One that was sent with the same siginfo is none of that, so it is carried only where it is about to be
 * taken, because it came while the thread stood.
 */
#include <sys/ptrace.h>

#include "core/task/task.h"

#define PEEKSIGINFO 0x4209
#define PEEKSIGINFO_SHARED 1
#define CODE_TIMER (-2)			/* SI_TIMER */
#define CODE_KERNEL 0x80		/* SI_KERNEL: of a terminal, or an interval timer */
#define SIGNO_ALRM 14
#define SIGNO_VTALRM 26
#define SIGNO_PROF 27
#define SIGNO_KILL 9
#define SIGNO_STOP 19
#define SIGNO_URG 23
#define PEEK 16				/* at a time */
#define MANY 1000			/* of one thread: more than an image takes */
#define BIT(signo) (1ull << ((signo) - 1))

struct kernel_siginfo {
	int32_t signo, number, code;	/* NUMBER: si_errno */
	int32_t pad, timer;		/* TIMER: its id, with CODE_TIMER */
	uint8_t rest[108];
};
_Static_assert(sizeof(struct kernel_siginfo) == 128, "the kernel's size");

struct peek {
	uint64_t offset;
	uint32_t flags;
	int32_t n;
};

struct pending {
	uint32_t shared, signo;
	struct bytes info;		/* siginfo without zeros at its end */
};

static const struct field pending_fields[] = {
	FIELD(struct pending, shared, BOOL),
	FIELD(struct pending, signo, U64),
	FIELD(struct pending, info, BYTES),
	FIELD_END
};

/* What is listed is asked from outside. */
static int pending_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, "rt_sigpending", SYS_rt_sigpending, a->remote, sizeof(uint64_t));
	return 0;
}

/* A run of one queue from OFFSET: how many, 0 at its end. */
static long peek(pid_t tid, int shared, uint64_t offset, struct kernel_siginfo info[PEEK])
{
	struct peek p = { offset, shared ? PEEKSIGINFO_SHARED : 0, PEEK };
	long n = ptrace(PEEKSIGINFO, tid, &p, info);

	return n < 0 ? fail("thread %d: pending signals", (int)tid) : n;
}

/* No more than is of interest: the kernel goes through the whole queue for each entry. */
static long count(pid_t tid, int shared)
{
	struct kernel_siginfo info[PEEK];
	long n, sum = 0;

	do {
		n = peek(tid, shared, sum, info);
		if (n < 0)
			return -1;
		sum += n;
	} while (n && sum <= MANY);
	return sum;
}

static int record(struct scan *s, struct pending *item, const struct kernel_siginfo *info, int shared)
{
	item->shared = shared;
	item->signo = info->signo;
	item->info.len = bytes_used(info, sizeof(*info));
	item->info.p = arena_copy(&s->model->arena, info, item->info.len);
	return item->info.p ? 0 : -1;
}

/* Fills N records from one queue, which may have grown since it was counted. */
static int take(struct scan *s, pid_t tid, int shared, struct pending *item, long n)
{
	struct kernel_siginfo info[PEEK];
	long got = 1;

	for (long done = 0; done < n && got > 0; done += got) {
		got = peek(tid, shared, done, info);
		for (long i = 0; i < got && done + i < n; i++)
			if (record(s, &item[done + i], &info[i], shared) < 0)
				return -1;
	}
	return got < 0 ? -1 : got ? 0 : fail_plain("thread %d: signals vanish from its queue", (int)tid);
}

static const char *cannot_wait(uint32_t signo)
{
	return signo == SIGNO_KILL ? "it is about to be killed" : signo == SIGNO_STOP ? "it is about to be stopped" :
	       signo == SIGNO_URG ? "a SIGURG waits, which cr itself works with" : NULL;
}

static int refuse(struct scan *s, const struct task *t, const struct thread *th, const char *meaning)
{
	return report_refuse_thread(s->report, "pending", t->pid, th->tid, "try again", "%s", meaning);
}

/* Will TH take the signal as soon as it runs? */
static int takes(const struct thread *th, uint32_t signo)
{
	uint64_t args[6], set = 0;

	if (th->zombie || th->remote->group_stopped)
		return 0;
	if (!(th->remote->sigmask & BIT(signo)))
		return 1;
	if (remote_interrupted_call(th->remote, args) == SYS_rt_sigtimedwait && remote_read(th->remote->process, args[0], &set, sizeof(set)) < 0)
		err_clear();		/* the call will say so itself */
	return !!(set & BIT(signo));
}

static int is_taken(const struct task *t, const struct thread *th, const struct pending *p)
{
	int taken = takes(th, p->signo);

	for (size_t i = 0; !taken && p->shared && i < t->nthreads; i++)
		taken = takes(&t->threads[i], p->signo);
	return taken;
}

/* An enum proc_result; sets *THERE. */
static int find_timer(const struct task *t, int id, int *there)
{
	cleanup_fd int dir = -1;
	struct proc_timers timers = { 0 };
	struct arena arena = { 0 };
	int r = proc_open(t->pid, &dir);

	if (r == PROC_OK)
		r = proc_read_timers(dir, &arena, &timers);
	for (size_t i = 0; r == PROC_OK && i < timers.n; i++)
		*there |= timers.v[i].id == id;
	arena_free(&arena);
	return r;
}

static int refuse_of_timer(struct scan *s, const struct task *t, const struct thread *th, const struct pending *p)
{
	struct kernel_siginfo info = { 0 };
	int there = 0;

	memcpy(&info, p->info.p, p->info.len);
	if (info.code != CODE_TIMER || is_taken(t, th, p))
		return 0;
	if (find_timer(t, info.timer, &there) < 0)
		return -1;
	return !there ? 0 : report_refuse(s->report, "posix_timer", t->pid, report_object(s->report, "timer", info.timer),
					  "try again when it has taken the signal", "its signal waits, and another one would not be the timer's");
}

static int refuse_some(struct scan *s, const struct task *t, const struct thread *th, const struct state *out)
{
	const struct remote_thread *remote = th->remote;
	const struct pending *item = out->items;

	for (size_t i = 0; i < out->n; i++)
		if ((cannot_wait(item[i].signo) && refuse(s, t, th, cannot_wait(item[i].signo)) < 0) ||
		    (!remote->process->newborn && refuse_of_timer(s, t, th, &item[i]) < 0))
			return -1;
	if (remote->lost_self_signal && !remote->process->newborn && remote->sigmask >> (remote->process->self_signal - 1) & 1)
		return refuse(s, t, th, "a signal waits that cr itself works with");
	return 0;
}

/* Without room for what comes with it (RLIMIT_SIGPENDING) a signal has its bit, and no entry. WAITING: bits of the thread and of the process. */
static int refuse_unlisted(struct scan *s, const struct task *t, const struct thread *th, uint64_t waiting, const struct state *out)
{
	const struct pending *item = out->items;
	struct kernel_siginfo info[PEEK];
	uint64_t done = 0;
	long n = 1;

	for (size_t i = 0; i < out->n; i++)
		waiting &= ~BIT(item[i].signo);
	for (; waiting && n > 0; done += (uint64_t)n) {
		n = peek(th->tid, 1, done, info);
		for (long i = 0; i < n; i++)
			waiting &= ~BIT(info[i].signo);
	}
	if (n < 0)
		return -1;
	return waiting ? refuse(s, t, th, "a signal waits that the kernel had no room to queue (RLIMIT_SIGPENDING)") : 0;
}

static int pending_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const uint64_t *waiting = a->space;
	long private = count(th->tid, 0), shared = th == model_speaker(t) ? count(th->tid, 1) : 0;
	struct pending *item;

	if (private < 0 || shared < 0)
		return -1;
	if (private + shared > MANY)
		return refuse(s, t, th, "more than 1000 signals wait");
	if (private + shared) {
		item = state_alloc(s, out, private + shared, sizeof(*item));
		if (!item || take(s, th->tid, 0, item, private) < 0 || take(s, th->tid, 1, item + private, shared) < 0)
			return -1;
	}
	return refuse_unlisted(s, t, th, *waiting, out) < 0 ? -1 : refuse_some(s, t, th, out);
}

/* A timer expires again in the restored process; and what tells of something that is in the tree comes with that. */
static int is_sent(const struct kernel_siginfo *info)
{
	static const uint64_t timers = BIT(SIGNO_ALRM) | BIT(SIGNO_VTALRM) | BIT(SIGNO_PROF);

	return info->code == CODE_KERNEL ? !(timers & BIT(info->signo)) : info->code <= 0 && info->code != CODE_TIMER;
}

/* In one queue, behind those that are KNOWN: the number of a signal that somebody has sent, 0: none, -1. */
static int sent_later(pid_t tid, int shared, uint64_t known)
{
	struct kernel_siginfo info[PEEK];
	long n;

	do {
		n = peek(tid, shared, known, info);
		known += (uint64_t)n;
		for (long i = 0; i < n; i++)
			if (is_sent(&info[i]))
				return info[i].signo;
	} while (n > 0);
	return (int)n;
}

static int pending_again(const struct task *t, const struct thread *th, const struct state *captured)
{
	const struct pending *item = captured->items;
	uint64_t known[2] = { 0, 0 };
	int signo;

	for (size_t i = 0; i < captured->n; i++)
		known[item[i].shared]++;
	signo = sent_later(th->tid, 0, known[0]);
	if (!signo && th == model_speaker(t))
		signo = sent_later(th->tid, 1, known[1]);
	return signo <= 0 ? signo : fail_refused("process %d: signal %d came while it was being dumped: try again", t->pid, signo);
}

static int pending_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct pending *item = in->items;
	int32_t signo;

	for (size_t i = 0; i < in->n; i++) {
		signo = 0;
		if (item[i].info.len >= sizeof(signo) && item[i].info.len <= sizeof(struct kernel_siginfo))
			memcpy(&signo, item[i].info.p, sizeof(signo));
		else if (item[i].info.len && item[i].info.len < sizeof(signo))
			memcpy(&signo, item[i].info.p, item[i].info.len);
		if (signo < 1 || signo > 64 || cannot_wait(signo) || item[i].signo != (uint32_t)signo)
			return fail_image("thread %d: pending signal %u", (int)th->tid, item[i].signo);
	}
	return 0;
}

/* Each thread stands for its process; but what others send may pretend to be sent by itself only. See do_rt_sigqueueinfo() in kernel/signal.c. */
static int pending_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct pending *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		uint64_t remote;
		uint8_t *info = batch_space(b, sizeof(struct kernel_siginfo), &remote);

		if (!info)
			return -1;
		memcpy(info, item[i].info.p, item[i].info.len);
		if (item[i].shared)
			CALL(b, "rt_sigqueueinfo", SYS_rt_sigqueueinfo, th->tid, item[i].signo, remote);
		else
			CALL(b, "rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, t->pid, th->tid, item[i].signo, remote);
	}
	return 0;
}

const struct task_kind task_pending = {
	.name = "pending",
	.title = ROW_TEXT("pending signals with their siginfo"),
	.also = ROW_TEXT("siginfo"),
	.how = ROW_TEXT("ptrace(PTRACE_PEEKSIGINFO) of both queues, sigpending(2)"),
	.page = ROW_PAGE(
		"Signals that were sent and wait because they are blocked: of each thread, and of the whole process, with "
		"all that came with them (siginfo).\n\n"
		"status shows one bit for each number, but real-time signals queue, and each entry has a sender and a "
		"value. ptrace(PTRACE_PEEKSIGINFO) lists a queue of the frozen thread without taking anything off it. A "
		"newborn process may send itself any siginfo, so each one is queued again in its old order.\n\n"
		"Refused: a SIGKILL or SIGSTOP on its way (it is about to end or to stop: try again), SIGURG, which cr "
		"itself works with, one that the kernel had no room to queue (RLIMIT_SIGPENDING), blocked signals of POSIX "
		"timers, which the kernel counts the overruns of, and more than 1000 signals. And one that comes while the "
		"pages are being written: the process gets it when it goes on."),
	.in_2009 = 'S',
	.inside = 1,
	.scope = PER_THREAD,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(pending_fields),
	.size = sizeof(struct pending),
	.space = sizeof(uint64_t),
	.ask = IF_INSIDE(pending_ask),
	.answer = IF_INSIDE(pending_answer),
	.again = IF_DUMP(pending_again),
	.preflight = IF_RESTORE(pending_preflight),
	.rebuild = IF_RESTORE(pending_rebuild),
};
