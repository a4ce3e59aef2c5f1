/*
 * sem_undo.c - has a process semaphore adjustments? Asked of those with threads, which all have a list of them, mostly an empty one.
 *
 * No call reads an adjustment, but its range is limited: a semop(2) that would take it past 32767 or below -32768 fails with ERANGE.
 * So a row of operations is tried that moves it to the last value it may have if it was 0, each with one that takes the value of the
 * semaphore back at once; and at the end comes what must block. All of it is one operation, which fails in any case and has changed
 * nothing: with EAGAIN when there was no adjustment (or one the other way, for which there is a second row), with ERANGE when there was.
 * Values near the limit of 32767 say ERANGE too: that is an adjustment that cannot be excluded.
 */
#include <linux/kcmp.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "core/task/task.h"

#define MOST 48				/* semaphores that are asked; the batch has other work too */
#define STEP 8191
#define STEPS 4
#define OPS ((STEPS + 1) * 2 + 2)

struct asked {
	uint32_t calls, too_many;
};

/* DOWN: the adjustment is taken to -32768; else to 32767. The value of the semaphore never falls below what it is. */
static void fill(struct sembuf ops[OPS], unsigned short semaphore, int down)
{
	int n = 0;

	for (int i = 0; i <= STEPS; i++) {
		short step = i < STEPS ? STEP : down ? 32768 - STEPS * STEP : 32767 - STEPS * STEP;

		ops[n++] = (struct sembuf) { semaphore, step, down ? SEM_UNDO : 0 };
		ops[n++] = (struct sembuf) { semaphore, (short)-step, down ? 0 : SEM_UNDO };
	}
	ops[n++] = (struct sembuf) { semaphore, -32767, IPC_NOWAIT };
	ops[n] = (struct sembuf) { semaphore, -1, IPC_NOWAIT };
}

static int ask_set(struct ask *a, struct asked *all, const struct proc_ipc_object *set)
{
	for (int64_t i = 0; i < set->size; i++)
		for (int down = 0; down < 2; down++) {
			struct sembuf *ops;
			uint64_t at;

			if (all->calls == MOST * 2) {
				all->too_many = 1;
				return 0;
			}
			ops = batch_space(a->batch, OPS * sizeof(*ops), &at);
			if (!ops)
				return -1;
			fill(ops, (unsigned short)i, down);
			CALL(a->batch, NULL, SYS_semop, (uint64_t)set->id, at, OPS);
			all->calls++;
		}
	return 0;
}

/* Of a process with one thread the check has said what it has: asking would give it a list. */
static int sem_undo_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	struct arena arena = { 0 };
	struct proc_ipc_objects sets;
	int ret = 0;

	if (t->nthreads == 1 && ENABLE_CHECK_SEM_UNDO)
		return 0;
	if (proc_read_sysvipc("sem", &arena, &sets) == PROC_ERROR)
		ret = -1;
	for (size_t i = 0; ret == 0 && i < sets.n; i++)
		if (sets.v[i].otime)
			ret = ask_set(a, a->space, &sets.v[i]);
	arena_free(&arena);
	return ret;
}

static int refuse(struct scan *s, const struct task *t, pid_t tid, const char *meaning)
{
	return report_refuse_thread(s->report, "sem_undo", t->pid, tid, "remove the semaphores that are not in use (ipcs -s, ipcrm)",
				    "%s", meaning);
}

/* A thread that left the list of the others could not be asked with them. */
static int look_at_threads(struct scan *s, const struct task *t, const struct thread *who)
{
	for (size_t i = 0; i < t->nthreads; i++) {
		const struct thread *th = &t->threads[i];

		if (th != who && !th->zombie && syscall(SYS_kcmp, who->tid, th->tid, KCMP_SYSVSEM, 0, 0) > 0 &&
		    refuse(s, t, th->tid, "this thread has semaphore adjustments (SEM_UNDO) apart from the others") < 0)
			return -1;
	}
	return 0;
}

static int sem_undo_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct asked all = *(struct asked *)a->space;
	long worst = -EAGAIN;

	for (uint32_t i = 0; i < all.calls; i++) {
		long r = ask_result(a, i);

		/* removed meanwhile: nothing is left to be adjusted */
		if (r != -EAGAIN && r != -EINVAL && r != -EIDRM && r != -ENOSYS)
			worst = r;
	}
	if (worst == -ERANGE && refuse(s, t, 0, "it has made semaphore operations with SEM_UNDO that its end would take back") < 0)
		return -1;
	if (worst != -EAGAIN && worst != -ERANGE &&
	    refuse(s, t, 0, "it may have semaphore adjustments (SEM_UNDO) of semaphores that it may not ask any more") < 0)
		return -1;
	if (all.too_many && refuse(s, t, 0, "it may have semaphore adjustments (SEM_UNDO): there are more semaphores in use than can be asked") < 0)
		return -1;
	return all.calls || all.too_many ? look_at_threads(s, t, th) : 0;
}

const struct task_kind task_sem_undo = {
	.name = "sem_undo",
	.title = ROW_TEXT("semaphore adjustments of processes with threads"),
	.how = ROW_TEXT("semop(2) inside the process that fails in any case, with ERANGE when the adjustment is not 0"),
	.inside = 1,
	.refuses = "sem_undo",
	.scope = PER_TASK,
	.space = sizeof(struct asked),
	.ask = IF_INSIDE(sem_undo_ask),
	.answer = IF_INSIDE(sem_undo_answer),
};
