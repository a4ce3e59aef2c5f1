/*
 * landlock_domain.c - Landlock domains, which nothing shows from outside.
 *
 * A task in a domain may not look at a process outside of it, whoever it is: kcmp(2) of itself and such a process says EPERM. The process
 * is ourselves; and where the credentials alone would forbid that, a child of ours with those of the task. See landlock(7), "Ptrace
 * restrictions", and __ptrace_may_access() in kernel/ptrace.c.
 */
#include <errno.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/facility.h"
#include "core/look/reference.h"
#include "core/task/task.h"


struct landlock_domain {
	uint32_t none;			/* nothing is carried: a task in a domain is refused */
};

static const struct field landlock_domain_fields[] = {
	FIELD_END
};

static int landlock_domain_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	static pid_t self;		/* who asks stays the same, and there may be thousands of threads */

	if (!self)
		self = getpid();
	CALL(a->batch, NULL, SYS_kcmp, (uint64_t)th->tid, (uint64_t)self, KCMP_VM);
	return 0;
}

static int become(const struct proc_status *st)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++)
		data[i] = (struct __user_cap_data_struct) { 0, (uint32_t)(st->cap_prm >> 32 * i), 0 };
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || syscall(SYS_setresgid, st->gid[0], st->gid[0], st->gid[0]) < 0 ||
	    syscall(SYS_setresuid, st->uid[0], st->uid[0], st->uid[0]) < 0 || syscall(SYS_capset, &header, data) < 0)
		return -1;
	return prctl(PR_SET_DUMPABLE, 1);
}

/* A child with the real ids and the permitted capabilities of the task, that waits to be killed, or for our end. -1: recorded. */
static pid_t fork_twin(const struct proc_status *st)
{
	pid_t parent = getpid(), pid;
	int ends[2];
	char byte = 0;

	if (pipe(ends) < 0 || (pid = io_fork()) < 0)
		return fail("a process with the credentials of %d", st->pid);
	if (!pid) {			/* other credentials take the signal away again */
		if (become(st) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && write(ends[1], "", 1) == 1)
			while (getppid() == parent)
				pause();
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1) {
		reference_end(pid);
		pid = 0;		/* we may not become like it: then nothing is known */
	}
	close(ends[0]);
	return pid;
}

/* 0: a process with the same credentials may be looked at, 1: it may not, 2: that cannot be asked; -1. */
static int ask_for_twin(struct ask *a, struct scan *s, const struct task *t, const struct thread *th)
{
	struct proc_status st;
	long result = -EPERM;
	pid_t twin;
	int ret;

	if (task_read_status(t, th, &s->model->arena, &st) != PROC_OK)
		return fail_plain("the credentials of thread %d cannot be read", (int)th->tid);
	twin = fork_twin(&st);
	if (twin <= 0)
		return twin ? -1 : 2;
	ret = remote_syscall(a->thread, &result, SYS_kcmp, (uint64_t)th->tid, (uint64_t)twin, KCMP_VM, 0, 0, 0);
	reference_end(twin);
	return ret < 0 ? -1 : result < 0;
}

/* A domain has 16 layers at most: a child that cannot add as many has some already. */
static int add_layers(const void *unused)
{
	uint64_t handled = 1;
	long rules = syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	int ret = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

	for (int i = 0; rules >= 0 && !ret && i < 16; i++)
		ret = syscall(SYS_landlock_restrict_self, rules, 0);
	return ret;
}

/*
 * Who is in the same domain may be looked at: so we must not be in one. No kernel thread is in any, and where one shows, as on the machine
 * itself, the answer is quick. It is asked once: nothing here adds a layer to ourselves. -1: recorded, no child could be made.
 */
static int is_confined(void)
{
	static int is_free;		/* -1: we are not */
	struct proc_stat st;

	if (!is_free) {
		is_free = !proc_stat_of(2, &st) && st.flags & PROC_PF_KTHREAD && syscall(SYS_kcmp, getpid(), 2, KCMP_VM) >= 0;
		err_clear();
		errno = 0;
		is_free = is_free || facility_child_can(add_layers, NULL) ? 1 : -1;
		if (is_free < 0 && errno)
			return fail("start a process");
	}
	return is_free < 0;
}

static int landlock_domain_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long result = ask_result(a, 0);
	int told;

	if (result == -ENOSYS)
		return 0;
	if (result >= 0) {
		told = is_confined();
		return told <= 0 ? told : report_refuse_thread(s->report, "landlock", t->pid, th->tid, "run cr outside of it",
							       "cr itself is in a Landlock domain, and so is what it restores");
	}
	told = ask_for_twin(a, s, t, th);
	if (told <= 0)
		return told;
	return report_refuse_thread(s->report, "landlock", t->pid, th->tid, "", told > 1 ?
				    "cr may not take its credentials, to ask if it is in a Landlock domain (root may)" :
				    "it may not look at processes with its own credentials: it is in a Landlock domain, whose rules cannot be read");
}

const struct task_kind task_landlock_domain = {
	.name = "landlock_domain",
	.title = ROW_TEXT("Landlock domains"),
	.how = ROW_TEXT("kcmp(2) inside the task, of itself and a process with the same credentials, is not permitted"),
	.inside = 1,
	.refuses = "landlock",
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(landlock_domain_fields),
	.size = sizeof(struct landlock_domain),
	.ask = IF_INSIDE(landlock_domain_ask),
	.answer = IF_INSIDE(landlock_domain_answer),
};
