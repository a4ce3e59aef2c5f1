/* thread_area.c - a thread with a segment of its own in the global descriptor table, which no register refers to. */
/* flavours: dynamic */
/* refused: ldt */
/* says: set_thread_area */
/* needs: x86_64 */
#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#if defined(__x86_64__)
#include <asm/ldt.h>
#endif

#define ENTRY 13
#define SET_AREA 26			/* PTRACE_SET_THREAD_AREA: 64-bit programs have no call for it */
#define GET_AREA 25

static pid_t tid;
static pthread_barrier_t known, seen;

static void *work(void *arg)
{
	tid = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&known);
	pthread_barrier_wait(&seen);
	return arg;
}

#if defined(__x86_64__)
/* In a process of its own, which is one of ours. 0; 1: not as it was; 2: this kernel does not. */
static int trace(int request, struct user_desc *d)
{
	int status;

	if (ptrace(PTRACE_SEIZE, tid, 0, 0) || ptrace(PTRACE_INTERRUPT, tid, 0, 0) || waitpid(tid, &status, __WALL) != tid)
		return 2;
	if (ptrace(request, tid, (void *)(long)ENTRY, d))
		return 2;
	return d->base_addr == 0x12345000 && d->limit == 0xfffff && d->useable ? 0 : 1;
}

static int debugger(int request, struct user_desc *d)
{
	pid_t child = fork();
	int status = -1;

	if (!child)
		_exit(trace(request, d));
	MUST(waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}
#endif

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	struct user_desc d = {
		.entry_number = ENTRY, .base_addr = 0x12345000, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1,
	};
	struct user_desc none = { .entry_number = ENTRY };
	pthread_t other;

	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pthread_barrier_init(&known, NULL, 2);
	pthread_barrier_init(&seen, NULL, 2);
	MUST(!pthread_create(&other, NULL, work, NULL));
	pthread_barrier_wait(&known);
	if (debugger(SET_AREA, &d))
		SKIP("ptrace sets no segments here");

	subject_freeze();

	EXPECT(debugger(GET_AREA, &none) == 0, "the segment of the thread");
	pthread_barrier_wait(&seen);
	pthread_join(other, NULL);
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
