/*
 * prctl.c - what prctl(2) has set: dumpable, parent death signal, subreaper, huge pages, MDWE, timer slack, TSC, machine checks,
 * I/O flusher, speculation, futex hash. Most of it is invisible in /proc.
 *
 * Some of this belongs to the address space or the process, and is asked in the thread that speaks for it. But a change of credentials in
 * any thread resets it: so it is set after them, in STAGE_LAST. What is not carried must have its default value.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

#include "core/task/task.h"

#define SET_MDWE 65
#define GET_MDWE 66
#define SET_IO_FLUSHER 57
#define GET_IO_FLUSHER 58
#define GET_MEMORY_MERGE 68
#define SCHED_CORE 62
#define RESTORE_TIMER_IDS 77
#define FUTEX_HASH 78			/* Linux 6.16 */
#define SET_SLOTS 1
#define GET_SLOTS 2
#define ARCH_GET_CPUID_NR 0x1011
#define ARCH_XCOMP_PERM_NR 0x1022
#define XCOMP_AMX (1u << 18)
#define PF_IO_FLUSHER 0x180000		/* PF_MEMALLOC_NOIO and PF_LOCAL_THROTTLE */

#define SPEC_PRCTL 1			/* of PR_GET_SPECULATION_CTRL: may be set for each thread */
#define SPEC_ENABLE 2
#define SPEC_DISABLE 4
#define SPEC_L1D_FLUSH 2
#define SPEC_NAMED 3			/* store bypass, indirect branches, L1D flush */

struct prctl {
	uint32_t dumpable, pdeathsig, subreaper, thp_disable, mdwe;
	uint64_t timer_slack;		/* nanoseconds; 0 for real-time threads */
	uint32_t tsc, mce_kill, io_flusher;
	uint32_t spec_store_bypass, spec_indirect_branch, spec_l1d_flush;	/* 0: the machine's default */
	uint32_t futex_slots;		/* of a hash of the process's own; 0: none, as always before Linux 6.16 */
};

static const struct field prctl_fields[] = {
	FIELD(struct prctl, dumpable, U64),
	FIELD(struct prctl, pdeathsig, U64),
	FIELD(struct prctl, subreaper, BOOL),
	FIELD(struct prctl, thp_disable, U64),
	FIELD(struct prctl, mdwe, HEX),
	FIELD(struct prctl, timer_slack, U64),
	FIELD(struct prctl, tsc, U64),
	FIELD(struct prctl, mce_kill, U64),
	FIELD(struct prctl, io_flusher, BOOL),
	FIELD(struct prctl, spec_store_bypass, HEX),
	FIELD(struct prctl, spec_indirect_branch, HEX),
	FIELD(struct prctl, spec_l1d_flush, HEX),
	FIELD(struct prctl, futex_slots, U64),
	FIELD_END
};

/* ---- capture ---- */

/* Words that calls write to, in the batch's space. */
struct words {
	int32_t pdeathsig, subreaper, tsc, spare;
	uint64_t core_cookie, xcomp;
};

/* The calls, in the order in which they are queued: those of each thread, then those of the process. */
enum { ASK_PDEATHSIG, ASK_SLACK, ASK_TSC, ASK_MCE, ASK_FLUSHER, ASK_SPEC, ASK_CPUID = ASK_SPEC + SPEC_NAMED, ASK_CORE,
       ASK_DUMPABLE, ASK_SUBREAPER, ASK_THP, ASK_MDWE, ASK_MERGE, ASK_TIMER_IDS, ASK_XCOMP, ASK_SLOTS };

static int prctl_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct proc_status *status;
	struct prctl *item;
	int r = task_folder_status(s, t, th, &status);

	if (r != PROC_OK)
		return task_look_result(r);
	if (status->has_untag_mask && ~status->untag_mask &&
	    report_refuse_thread(s->report, "prctl", t->pid, th->tid, "", "it uses tagged addresses (LAM)") < 0)
		return -1;
	if ((status->thread_features || status->thread_features_locked) &&
	    report_refuse_thread(s->report, "prctl", t->pid, th->tid,
				 "start it with GLIBC_TUNABLES=glibc.cpu.hwcaps=-SHSTK", "it has a shadow stack (CET)") < 0)
		return -1;
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->io_flusher = (th->flags & PF_IO_FLUSHER) == PF_IO_FLUSHER;	/* to ask needs CAP_SYS_RESOURCE */
	return 0;
}

static void ask_process(struct ask *a)
{
	struct batch *b = a->batch;

	CALL(b, "prctl(PR_GET_DUMPABLE)", SYS_prctl, PR_GET_DUMPABLE);
	CALL(b, "prctl(PR_GET_CHILD_SUBREAPER)", SYS_prctl, PR_GET_CHILD_SUBREAPER, a->remote + offsetof(struct words, subreaper));
	CALL(b, NULL, SYS_prctl, PR_GET_THP_DISABLE);
	CALL(b, NULL, SYS_prctl, GET_MDWE);
	CALL(b, NULL, SYS_prctl, GET_MEMORY_MERGE);
	CALL(b, NULL, SYS_prctl, RESTORE_TIMER_IDS, 2);	/* PR_TIMER_CREATE_RESTORE_IDS_GET */
	CALL(b, NULL, SYS_arch_prctl, ARCH_XCOMP_PERM_NR, a->remote + offsetof(struct words, xcomp));
	CALL(b, NULL, SYS_prctl, FUTEX_HASH, GET_SLOTS);
}

static int prctl_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	struct batch *b = a->batch;

	CALL(b, "prctl(PR_GET_PDEATHSIG)", SYS_prctl, PR_GET_PDEATHSIG, a->remote + offsetof(struct words, pdeathsig));
	CALL(b, NULL, SYS_prctl, PR_GET_TIMERSLACK);		/* any number: it cannot fail */
	CALL(b, NULL, SYS_prctl, PR_GET_TSC, a->remote + offsetof(struct words, tsc));
	CALL(b, NULL, SYS_prctl, PR_MCE_KILL_GET);
	CALL(b, NULL, SYS_prctl, GET_IO_FLUSHER);
	for (unsigned i = 0; i < SPEC_NAMED; i++)
		CALL(b, NULL, SYS_prctl, PR_GET_SPECULATION_CTRL, i);
	CALL(b, NULL, SYS_arch_prctl, ARCH_GET_CPUID_NR);
	CALL(b, NULL, SYS_prctl, SCHED_CORE, 0, 0, 0, a->remote + offsetof(struct words, core_cookie));
	if (th == model_speaker(t))
		ask_process(a);
	return 0;
}

/* A kernel that does not know the question cannot have been told anything either. */
static long value(const struct ask *a, unsigned n, long unknown)
{
	long r = ask_result(a, n);

	return r < 0 ? unknown : r;
}

/* Speculation is allowed by default; the flush of L1D, which is a guard against it, is off. */
static uint32_t speculation(const struct ask *a, unsigned which)
{
	long v = value(a, ASK_SPEC + which, 0), usual = SPEC_PRCTL | (which == SPEC_L1D_FLUSH ? SPEC_DISABLE : SPEC_ENABLE);

	return v & SPEC_PRCTL && v != usual ? v & ~SPEC_PRCTL : 0;
}

struct not_carried {
	int found;
	const char *meaning;
};

static int refuse_found(struct scan *s, const struct task *t, const struct thread *th, const struct not_carried *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].found && report_refuse_thread(s->report, "prctl", t->pid, th->tid, "", "%s", list[i].meaning) < 0)
			return -1;
	return 0;
}

static int answer_thread(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct prctl *item)
{
	const struct words *w = a->space;
	const struct not_carried list[] = {
		{ value(a, ASK_CPUID, 1) == 0, "the CPUID instruction is disabled (ARCH_SET_CPUID)" },
		{ w->core_cookie != 0, "it is in a core scheduling group (PR_SCHED_CORE)" },
	};

	item->pdeathsig = w->pdeathsig;
	item->timer_slack = ask_result(a, ASK_SLACK);
	item->tsc = w->tsc;
	item->mce_kill = value(a, ASK_MCE, PR_MCE_KILL_DEFAULT);
	item->io_flusher = value(a, ASK_FLUSHER, item->io_flusher) != 0;
	item->spec_store_bypass = speculation(a, 0);
	item->spec_indirect_branch = speculation(a, 1);
	item->spec_l1d_flush = speculation(a, SPEC_L1D_FLUSH);
	if (item->pdeathsig && t->parent && t->maker != t->parent->pid &&
	    report_refuse_thread(s->report, "prctl", t->pid, th->tid, "", "it is to get signal %u when thread %d of its parent "
				 "ends (PR_SET_PDEATHSIG): a restored one is a child of the leader", item->pdeathsig, t->maker) < 0)
		return -1;
	return refuse_found(s, t, th, list, sizeof(list) / sizeof(list[0]));
}

static int answer_process(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct prctl *item)
{
	const struct words *w = a->space;
	const struct not_carried list[] = {
		{ value(a, ASK_MERGE, 0) != 0, "all its memory is offered for merging (PR_SET_MEMORY_MERGE)" },
		{ value(a, ASK_TIMER_IDS, 0) != 0, "it chooses its timer ids (PR_TIMER_CREATE_RESTORE_IDS)" },
		{ value(a, ASK_XCOMP, -1) == 0 && w->xcomp & XCOMP_AMX, "it may use AMX tiles (ARCH_REQ_XCOMP_PERM)" },
	};

	item->dumpable = value(a, ASK_DUMPABLE, 0);
	item->subreaper = !!w->subreaper;
	item->thp_disable = value(a, ASK_THP, 0);
	item->mdwe = value(a, ASK_MDWE, 0);
	item->futex_slots = value(a, ASK_SLOTS, 0);
	return refuse_found(s, t, th, list, sizeof(list) / sizeof(list[0]));
}

/* The thread that speaks for the process answers before the others. */
static int prctl_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct thread *who = model_speaker(t);
	struct prctl *item = out->items;
	const struct prctl *first;

	if (!out->n)
		return 0;
	if (answer_thread(a, s, t, th, item) < 0)
		return -1;
	if (th == who)
		return answer_process(a, s, t, th, item);
	first = who->state[task_kind_slot(task_kind_index("prctl"))].items;
	if (!first)
		return fail_plain("thread %d: nothing is known of its process", (int)th->tid);
	item->dumpable = first->dumpable;
	item->subreaper = first->subreaper;
	item->thp_disable = first->thp_disable;
	item->mdwe = first->mdwe;
	item->futex_slots = first->futex_slots;
	return 0;
}

/* The one of all these that others may set, with CAP_SYS_NICE; without it, it cannot be read either. */
static int prctl_again(const struct task *t, const struct thread *th, const struct state *captured)
{
	const struct prctl *item = captured->items;
	char path[40];
	uint64_t now;

	snprintf(path, sizeof(path), "/proc/%d/timerslack_ns", th->tid);
	if (!captured->n || proc_read_u64(AT_FDCWD, path, 10, &now)) {
		err_clear();
		return 0;
	}
	return now == item->timer_slack ? 0 : fail_refused("process %d: somebody changed its timer slack while it was being dumped: try again",
							   t->pid);
}

/* ---- restore ---- */

static void wanted_speculation(const struct prctl *p, uint32_t wanted[SPEC_NAMED])
{
	wanted[0] = p->spec_store_bypass;
	wanted[1] = p->spec_indirect_branch;
	wanted[2] = p->spec_l1d_flush;
}

static int suid_dumpable(void)
{
	cleanup_buf struct buf text = { 0 };

	return io_read_file(-1, "/proc/sys/fs/suid_dumpable", &text) == 0 && text.len ? text.p[0] - '0' : -1;
}

static int obstacle(struct rebuild *r, const struct task *t, const struct thread *th, const char *remedy, const char *meaning)
{
	return report_refuse_thread(r->report, "prctl", t->pid, th->tid, remedy, "%s", meaning);
}

static long own_futex_slots(void)
{
	return syscall(SYS_prctl, FUTEX_HASH, GET_SLOTS, 0, 0, 0);
}

/* A hash of its own makes a process faster, nothing more; but it has one as soon as it has threads, where the kernel knows of it. */
static int preflight_futex_hash(struct rebuild *r, struct prctl *item)
{
	if (!item->futex_slots || own_futex_slots() >= 0)
		return 0;
	item->futex_slots = 0;
	return report_add(r->report, FINDING_NOTE, "prctl", 0, 0, "", "", "this kernel has no PR_FUTEX_HASH: futexes of all processes share one table");
}

static int prctl_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	struct prctl *item = in->items;
	uint32_t wanted[SPEC_NAMED];

	if (item->dumpable > 2 || item->pdeathsig > 64 || item->thp_disable > 3 || item->tsc > 2 || item->mce_kill > 2 ||
	    item->futex_slots == 1 || item->futex_slots & (item->futex_slots - 1))
		return fail_image("thread %d: prctl values that the kernel never gives", (int)th->tid);
	if (item->dumpable == 2 && suid_dumpable() != 2 &&
	    obstacle(r, t, th, "set fs.suid_dumpable to 2", "it is dumpable by root only") < 0)
		return -1;
	if (item->dumpable != 1 && !task_own_cap(CAP_SYS_PTRACE) &&
	    obstacle(r, t, th, "run cr with CAP_SYS_PTRACE", "it is not dumpable: cr could not look at it afterwards") < 0)
		return -1;
	if (item->pdeathsig && !t->parent && r->detach &&
	    obstacle(r, t, th, "restore it without -d", "it gets a signal when its parent ends (PR_SET_PDEATHSIG), which cr is about to do") < 0)
		return -1;
	if (item->mdwe && prctl(GET_MDWE, 0, 0, 0, 0) < 0 &&
	    obstacle(r, t, th, "use Linux 6.3 or later", "this kernel has no PR_SET_MDWE") < 0)
		return -1;
	if (!t->parent && th == model_speaker(t) && prctl(GET_MDWE, 0, 0, 0, 0) > 0 &&
	    obstacle(r, t, th, "start cr without it", "cr itself has PR_SET_MDWE, which cannot be taken back") < 0)
		return -1;
	if (item->io_flusher && !task_own_cap(CAP_SYS_RESOURCE) &&
	    obstacle(r, t, th, "run cr with CAP_SYS_RESOURCE", "it is an I/O flusher (PR_SET_IO_FLUSHER)") < 0)
		return -1;
	wanted_speculation(item, wanted);
	for (unsigned i = 0; i < SPEC_NAMED; i++) {
		int now = wanted[i] ? prctl(PR_GET_SPECULATION_CTRL, i, 0, 0, 0) : SPEC_PRCTL;

		if ((now < 0 || !(now & SPEC_PRCTL)) &&
		    obstacle(r, t, th, "restore on a machine like the dumped one",
			     "its speculation control cannot be set for one thread here") < 0)
			return -1;
	}
	return preflight_futex_hash(r, item);
}

/* All threads are there. What the kernel has chosen by itself it goes on choosing: so that is not set. */
static int rebuild_futex_hash(struct batch *b, const struct task *t, const struct prctl *item)
{
	long slots = 0;

	if (t->nthreads > 1 && own_futex_slots() >= 0 &&
	    remote_syscall(b->thread, &slots, SYS_prctl, FUTEX_HASH, GET_SLOTS, 0, 0, 0, 0) < 0)
		return -1;
	if (slots != item->futex_slots)
		CALL(b, "prctl(PR_FUTEX_HASH)", SYS_prctl, FUTEX_HASH, SET_SLOTS, item->futex_slots);
	return 0;
}

static int rebuild_process(struct batch *b, const struct task *t, const struct prctl *item)
{
	CALL(b, "prctl(PR_SET_CHILD_SUBREAPER)", SYS_prctl, PR_SET_CHILD_SUBREAPER, item->subreaper);
	CALL(b, item->thp_disable ? "prctl(PR_SET_THP_DISABLE)" : NULL, SYS_prctl, PR_SET_THP_DISABLE, item->thp_disable & 1,
	     item->thp_disable & ~1u);
	if (item->mdwe)
		CALL(b, "prctl(PR_SET_MDWE)", SYS_prctl, SET_MDWE, item->mdwe);
	return rebuild_futex_hash(b, t, item);
}

static int prctl_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct prctl *item = in->items;
	uint32_t wanted[SPEC_NAMED];

	if (item->pdeathsig)
		CALL(b, "prctl(PR_SET_PDEATHSIG)", SYS_prctl, PR_SET_PDEATHSIG, item->pdeathsig);
	if (th == model_speaker(t) && rebuild_process(b, t, item) < 0)
		return -1;
	if (item->timer_slack)
		CALL(b, "prctl(PR_SET_TIMERSLACK)", SYS_prctl, PR_SET_TIMERSLACK, item->timer_slack);
	if (item->tsc)
		CALL(b, "prctl(PR_SET_TSC)", SYS_prctl, PR_SET_TSC, item->tsc);
	CALL(b, item->mce_kill != PR_MCE_KILL_DEFAULT ? "prctl(PR_MCE_KILL)" : NULL, SYS_prctl, PR_MCE_KILL, PR_MCE_KILL_SET,
	     item->mce_kill);
	if (item->io_flusher)
		CALL(b, "prctl(PR_SET_IO_FLUSHER)", SYS_prctl, SET_IO_FLUSHER, 1);
	wanted_speculation(item, wanted);
	for (unsigned i = 0; i < SPEC_NAMED; i++)
		if (wanted[i])
			CALL(b, "prctl(PR_SET_SPECULATION_CTRL)", SYS_prctl, PR_SET_SPECULATION_CTRL, i, wanted[i]);
	if (item->dumpable < 2)		/* 2 cannot be asked for: changing credentials gives it */
		CALL(b, "prctl(PR_SET_DUMPABLE)", SYS_prctl, PR_SET_DUMPABLE, item->dumpable);
	return 0;
}

const struct task_kind task_prctl = {
	.name = "prctl",
	.title = ROW_TEXT("dumpable, death signal, subreaper, THP, MDWE, timer slack, TSC, MCE, speculation, futex hash"),
	.also = ROW_TEXT("dumpable pdeathsig subreaper thp mdwe tsc mce"),
	.how = ROW_TEXT("about 15 getters of prctl(2) and arch_prctl(2) inside the thread"),
	.page = ROW_PAGE(
		"Some fifteen settings of prctl(2) and arch_prctl(2): dumpable, parent death signal, child subreaper, "
		"transparent huge pages, memory-deny-write-execute, timer slack, time stamp counter, machine check "
		"policy, I/O flusher, speculation control, slots of the futex hash.\n\n"
		"Most of them show nowhere in /proc, and a change of credentials in any thread resets some. So each is "
		"asked for inside and set after the credentials. MDWE cannot be taken back and forbids what the restore "
		"itself has to do, so it comes last. The futex hash (Linux 6.16) is set when it is not what the kernel "
		"chooses by itself; an older kernel has one for all, and a note says so.\n\n"
		"What is not carried must have its default, else it is refused: tagged addresses (LAM), shadow stacks "
		"(CET), merging of all memory (KSM), CPUID faulting, core scheduling, permission for AMX tiles."),
	.inside = 1,
	.scope = PER_THREAD,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(prctl_fields),
	.size = sizeof(struct prctl),
	.records = 1,
	.look = prctl_look,
	.space = sizeof(struct words),
	.ask = IF_INSIDE(prctl_ask),
	.answer = IF_INSIDE(prctl_answer),
	.again = IF_DUMP(prctl_again),
	.preflight = IF_RESTORE(prctl_preflight),
	.rebuild = IF_RESTORE(prctl_rebuild),
};
