/*
 * sched.c - how a thread is scheduled: policy, nice value, priority, affinity, I/O priority, utilisation clamps.
 *
 *	sched_getattr(2): { size, policy, flags, nice, priority, runtime, deadline, period, util_min, util_max }
 *
 * All of it can be read from outside. It is set inside before the credentials, while we may still raise priorities. An affinity
 * to all CPUs that we may use here is recorded as none, so that a thread that was never bound is not bound to the CPUs of one
 * machine.
 */
#include <sched.h>
#include <sys/resource.h>

#include "core/task/task.h"

#define POLICY_FIFO 1
#define POLICY_RR 2
#define POLICY_DEADLINE 6
#define POLICY_EXT 7
#define FLAG_RESET_ON_FORK 0x01
#define FLAG_UTIL_CLAMP 0x60		/* SCHED_FLAG_UTIL_CLAMP_MIN and _MAX */
#define UTIL_MAX 1024
#define CPU_BYTES 1024			/* room for 8192 CPUs */
#define WHO_PROCESS 1

struct sched_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

struct sched {
	uint32_t policy, reset_on_fork, priority;
	int32_t nice;
	uint64_t slice;			/* nanoseconds; 0: what everybody has (SCHED_OTHER, SCHED_BATCH) */
	uint32_t util_min, util_max, ioprio;
	struct bytes affinity;		/* bit N of byte N/8: CPU N; empty: all */
};

static const struct field sched_fields[] = {
	FIELD(struct sched, policy, U64),
	FIELD(struct sched, reset_on_fork, BOOL),
	FIELD(struct sched, priority, U64),
	FIELD(struct sched, nice, I64),
	FIELD(struct sched, slice, U64),
	FIELD(struct sched, util_min, U64),
	FIELD(struct sched, util_max, U64),
	FIELD(struct sched, ioprio, HEX),
	FIELD(struct sched, affinity, BYTES),
	FIELD_END
};

static int realtime(uint32_t policy)
{
	return policy == POLICY_FIFO || policy == POLICY_RR;
}

/* ---- affinity ---- */

/* Bytes without zeros at the end; -1 with errno. */
static long get_affinity(pid_t tid, uint8_t mask[CPU_BYTES])
{
	long n;

	memset(mask, 0, CPU_BYTES);
	n = syscall(SYS_sched_getaffinity, tid, CPU_BYTES, mask);
	return n < 0 ? n : (long)bytes_used(mask, (size_t)n);
}

/* There is no way to ask but to bind ourselves to everything, for a moment. */
static long ask_all_cpus(uint8_t mask[CPU_BYTES])
{
	uint8_t own[CPU_BYTES];
	long n, size = get_affinity(0, own);

	if (size < 0)
		return -1;
	memset(mask, 0xff, CPU_BYTES);
	if (syscall(SYS_sched_setaffinity, 0, CPU_BYTES, mask) < 0)
		return -1;
	n = get_affinity(0, mask);
	if (n == size && !memcmp(mask, own, n))
		return n;
	return syscall(SYS_sched_setaffinity, 0, CPU_BYTES, own) < 0 ? -1 : n;
}

/* All CPUs that our cpuset allows. It is asked once: each time costs what hundreds of other calls cost. */
static long all_cpus(uint8_t mask[CPU_BYTES])
{
	static uint8_t known[CPU_BYTES];
	static long n;

	if (n <= 0)
		n = ask_all_cpus(known);
	memcpy(mask, known, CPU_BYTES);
	return n;
}

static int look_affinity(struct scan *s, const struct thread *th, struct bytes *out)
{
	uint8_t mask[CPU_BYTES], all[CPU_BYTES];
	long n = get_affinity(th->tid, mask), nall;

	if (n < 0)
		return errno == ESRCH ? PROC_GONE : fail("thread %d: sched_getaffinity", (int)th->tid);
	nall = all_cpus(all);
	if (nall < 0)
		return fail("sched_setaffinity of cr itself");
	if (n == nall && !memcmp(mask, all, n))
		return 0;
	out->len = n;
	out->p = arena_copy(&s->model->arena, mask, n);
	return out->p ? 0 : -1;
}

/* ---- capture ---- */

static int get_attributes(pid_t tid, struct sched_attributes *attr)
{
	memset(attr, 0, sizeof(*attr));
	return syscall(SYS_sched_getattr, tid, attr, sizeof(*attr), 0) < 0 ? -1 : 0;
}

/*
 * Ours, with the nice value that a real-time policy hides, and with everybody's slice: whoever runs us may have another one, or a policy
 * that has none, which is left for that moment. Nothing else here changes them, and thousands of threads ask. NULL with errno.
 */
static const struct sched_attributes *own_attributes(void)
{
	static struct sched_attributes own;
	struct sched_attributes usual;
	long nice;

	if (own.size)
		return &own;
	nice = syscall(SYS_getpriority, PRIO_PROCESS, 0);
	if (nice < 0 || get_attributes(0, &own) < 0)
		return NULL;
	own.nice = (int32_t)(20 - nice);
	usual = own;
	usual.runtime = 0;
	if (realtime(own.policy))
		usual.policy = usual.priority = 0;
	syscall(SYS_sched_setattr, 0, &usual, 0);
	get_attributes(0, &usual);
	own.runtime = usual.runtime;
	syscall(SYS_sched_setattr, 0, &own, 0);
	return &own;
}

static int sched_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct sched_attributes *own = own_attributes();
	struct sched_attributes attr;
	struct sched *item;
	long ioprio, nice = 0;

	if (th->zombie)
		return 0;
	if (get_attributes(th->tid, &attr) < 0)
		return errno == ESRCH ? PROC_GONE : fail("thread %d: sched_getattr", (int)th->tid);
	if (attr.policy == POLICY_DEADLINE || attr.policy >= POLICY_EXT)
		return report_refuse_thread(s->report, "sched", t->pid, th->tid, "give it another policy with chrt(1)",
					    attr.policy == POLICY_DEADLINE ? "it has deadlines (SCHED_DEADLINE)" :
					    "its scheduling policy is unknown to cr, or is a BPF program (SCHED_EXT)");
	ioprio = syscall(SYS_ioprio_get, WHO_PROCESS, th->tid);
	if (realtime(attr.policy))
		nice = syscall(SYS_getpriority, PRIO_PROCESS, th->tid);
	if (ioprio < 0 || nice < 0 || !own)
		return errno == ESRCH ? PROC_GONE : fail("thread %d: priority", (int)th->tid);
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->policy = attr.policy;
	item->reset_on_fork = !!(attr.flags & FLAG_RESET_ON_FORK);
	item->priority = attr.priority;
	item->nice = realtime(attr.policy) ? 20 - nice : attr.nice;	/* those get it back with SCHED_OTHER */
	item->slice = realtime(attr.policy) || attr.runtime == own->runtime ? 0 : attr.runtime;
	item->util_min = attr.util_min;
	item->util_max = attr.util_max;
	item->ioprio = ioprio;
	return look_affinity(s, th, &item->affinity);
}

/* ---- restore ---- */

static int obstacle(struct rebuild *r, const struct task *t, const struct thread *th, const char *remedy, const char *meaning)
{
	return report_refuse_thread(r->report, "sched", t->pid, th->tid, remedy, "%s", meaning);
}

static int nonsense(const struct sched *i)
{
	return i->policy >= POLICY_DEADLINE || i->policy == 4 || i->nice < -20 || i->nice > 19 || i->priority > 99 ||
	       !realtime(i->policy) != !i->priority || i->util_min > UTIL_MAX || i->util_max > UTIL_MAX ||
	       i->ioprio > 0xffff || i->affinity.len > CPU_BYTES;
}

static uint64_t own_limit(int resource)
{
	struct rlimit limit = { 0 };

	prlimit(0, resource, NULL, &limit);
	return limit.rlim_cur;
}

/* What may not be set without CAP_SYS_NICE: see sched(7). */
static int needs_privilege(const struct sched *i, const struct sched_attributes *own)
{
	return (i->nice < own->nice && (uint64_t)(20 - i->nice) > own_limit(RLIMIT_NICE)) ||
	       (realtime(i->policy) && i->priority > own_limit(RLIMIT_RTPRIO)) || i->ioprio >> 13 == 1;
}

static int sched_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct sched_attributes *own = own_attributes();
	const struct sched *item = in->items;
	uint8_t all[CPU_BYTES];

	if (nonsense(item))
		return fail_image("thread %d: scheduling values that the kernel never gives", (int)th->tid);
	if (!own || all_cpus(all) < 0)
		return fail("scheduling values of cr itself");
	if (needs_privilege(item, own) && !task_own_cap(CAP_SYS_NICE) &&
	    obstacle(r, t, th, "run cr with CAP_SYS_NICE", "its priority is above what cr may give") < 0)
		return -1;
	for (size_t i = 0; i < item->affinity.len; i++)
		if (item->affinity.p[i] & ~all[i])
			return obstacle(r, t, th, "restore where these CPUs are", "it is bound to CPUs that cr may not use here");
	if (own->util_max == 0 && item->util_max != 0 && item->util_max != UTIL_MAX)
		return obstacle(r, t, th, "use a kernel with CONFIG_UCLAMP_TASK", "its utilisation is clamped");
	return 0;
}

static int sched_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct sched *item = in->items;
	const struct sched_attributes *own = own_attributes();
	struct sched_attributes attr;
	uint64_t remote, len = CPU_BYTES;
	uint8_t *mask;

	if (!own)
		return fail("scheduling values of cr itself");
	mask = batch_space(b, CPU_BYTES, &remote);
	if (!mask)
		return -1;
	if (item->affinity.len)
		memcpy(mask, item->affinity.p, item->affinity.len);
	else
		memset(mask, 0xff, CPU_BYTES);
	CALL(b, "sched_setaffinity", SYS_sched_setaffinity, 0, len, remote);
	CALL(b, "ioprio_set", SYS_ioprio_set, WHO_PROCESS, 0, item->ioprio);
	CALL(b, "setpriority", SYS_setpriority, PRIO_PROCESS, 0, (uint64_t)(int64_t)item->nice);
	attr = (struct sched_attributes){
		.size = sizeof(attr), .policy = item->policy, .flags = item->reset_on_fork ? FLAG_RESET_ON_FORK : 0,
		.nice = item->nice, .priority = item->priority, .runtime = item->slice,
	};
	if (item->slice && item->policy == SCHED_IDLE) {	/* which takes no slice, but keeps it */
		attr.policy = SCHED_OTHER;
		remote = batch_put(b, &attr, sizeof(attr));
		if (!remote)
			return -1;
		CALL(b, "sched_setattr", SYS_sched_setattr, 0, remote, 0);
		attr.policy = item->policy;
	}
	if (item->util_min != own->util_min || item->util_max != own->util_max) {
		attr.flags |= FLAG_UTIL_CLAMP;
		attr.util_min = item->util_min;
		attr.util_max = item->util_max;
	}
	remote = batch_put(b, &attr, sizeof(attr));
	if (!remote)
		return -1;
	CALL(b, "sched_setattr", SYS_sched_setattr, 0, remote, 0);
	return 0;
}

const struct task_kind task_sched = {
	.name = "sched",
	.title = ROW_TEXT("scheduling policy, nice, affinity, I/O priority, utilisation clamps"),
	.also = ROW_TEXT("nice affinity ioprio deadline"),
	.how = ROW_TEXT("sched_getattr(2), sched_getaffinity(2), ioprio_get(2), getpriority(2) of the thread"),
	.condition = ROW_TEXT("the CPUs of an affinity exist, and raised priorities need CAP_SYS_NICE"),
	.page = ROW_PAGE(
		"Policy (normal, batch, idle, FIFO, round robin), nice value, real-time priority, CPU affinity, I/O "
		"priority, utilisation clamps and reset-on-fork, of each thread.\n\n"
		"All of it can be read from outside and is set before the credentials, while we may still raise "
		"priorities. An affinity to all CPUs that cr itself could have (those of its cpuset) is recorded as none, "
		"so that an unbound thread is not bound to the CPUs of the old machine; any other one must exist here, "
		"else the restore is refused.\n\n"
		"Refused: deadlines (SCHED_DEADLINE), whose budget and period under way cannot be read or given back, and "
		"policies that are BPF programs (SCHED_EXT)."),
	.scope = PER_THREAD,
	.of_others = 1,
	.stage = STAGE_BEFORE_CREDENTIALS,
	.fields = IF_IMAGE(sched_fields),
	.size = sizeof(struct sched),
	.records = 1,
	.look = sched_look,
	.preflight = IF_RESTORE(sched_preflight),
	.rebuild = IF_RESTORE(sched_rebuild),
};
