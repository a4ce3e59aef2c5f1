/* debug_registers.c - a debugger has set a watchpoint in a thread and detached: it is still set. */
/* flavours: dynamic */
/* refused: ptrace */
/* says: DR7 */
/* needs: x86_64 */
#include "subject.h"
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#define ENABLED (1 | 9 << 16)		/* the first one: writes, 8 bytes */

static long watched;
static pthread_barrier_t known, seen;
static pid_t tid;

static void *work(void *arg)
{
	tid = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&known);
	pthread_barrier_wait(&seen);	/* under some hypervisors no watchpoint ever traps: nothing is written there */
	return arg;
}

#if defined(__x86_64__)
#define REGISTER(n) offsetof(struct user, u_debugreg[n])

static int watch(void)
{
	return !ptrace(PTRACE_POKEUSER, tid, REGISTER(0), &watched) && !ptrace(PTRACE_POKEUSER, tid, REGISTER(7), ENABLED);
}

static int is_watched(void)
{
	return ptrace(PTRACE_PEEKUSER, tid, REGISTER(0), 0) == (long)&watched && ptrace(PTRACE_PEEKUSER, tid, REGISTER(7), 0) == ENABLED;
}

/* Did WORK say yes, in a process that traces the thread? */
static int debugger(int (*work)(void))
{
	pid_t child = fork();
	int status = -1;

	if (!child) {
		if (ptrace(PTRACE_SEIZE, tid, 0, 0) || ptrace(PTRACE_INTERRUPT, tid, 0, 0) || waitpid(tid, &status, __WALL) != tid)
			_exit(1);
		_exit(!work() || ptrace(PTRACE_DETACH, tid, 0, 0));
	}
	MUST(waitpid(child, &status, 0) == child);
	return !status;
}
#endif

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	pthread_t other;

	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pthread_barrier_init(&known, NULL, 2);
	pthread_barrier_init(&seen, NULL, 2);
	MUST(!pthread_create(&other, NULL, work, NULL));
	pthread_barrier_wait(&known);
	if (!debugger(watch))
		SKIP("ptrace sets no debug registers here");

	subject_freeze();

	EXPECT(debugger(is_watched), "the watchpoint is not set any more");
	pthread_barrier_wait(&seen);
	pthread_join(other, NULL);
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
