/*
 * remote_target.h - processes for the tests of core/remote to lay hands on. They check themselves: registers, vector registers, flags,
 * red zone, signal masks, heap, and that no sleep is cut short or interrupted.
 */
#ifndef CR_TEST_REMOTE_TARGET_H
#define CR_TEST_REMOTE_TARGET_H

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"

#define LANES 6

/* Seen by the target and by the test. */
struct shared {
	_Atomic int ready;
	_Atomic int errors;
	_Atomic unsigned long progress[LANES];	/* one per thread */
	_Atomic int tids[LANES];
	_Atomic long value[8];
	char message[128];			/* of the first error */
};

static struct shared *shared;
static int failures;

static inline void check(int good, const char *title)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", title);
	if (!good && err_text()[0])
		printf("\t%s\n", err_text());
	if (!good && shared && shared->errors)
		printf("\ttarget: %s\n", shared->message);
	fflush(stdout);
	failures += !good;
	err_clear();
}

static inline void setup_shared(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
}

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline void complain(const char *what, long a, long b)
{
	if (!atomic_fetch_add(&shared->errors, 1))
		snprintf(shared->message, sizeof(shared->message), "%s (%ld, %ld), errno %d", what, a, b, errno);
}

/* Spins COUNT times with every register, the carry flag and the red zone set to known values. 0, or which of them changed. */
long spin_checked(long count);
__asm__(
	".text\n.globl spin_checked\nspin_checked:\n"
	"	push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"	mov %rdi,%rcx\n"
	"	mov $0x1101,%rax\n mov $0x1102,%rbx\n mov $0x1103,%rdx\n mov $0x1104,%rsi\n mov $0x1105,%rdi\n mov $0x1106,%rbp\n"
	"	mov $0x1108,%r8\n mov $0x1109,%r9\n mov $0x110a,%r10\n mov $0x110b,%r11\n mov $0x110c,%r12\n mov $0x110d,%r13\n"
	"	mov $0x110e,%r14\n mov $0x110f,%r15\n"
	"	movq %rax,%xmm0\n movq %rbx,%xmm7\n movq %r15,%xmm15\n"
	"	mov %rax,-8(%rsp)\n mov %rbx,-64(%rsp)\n mov %rdx,-128(%rsp)\n"
	"	stc\n"
	"1:	loop 1b\n"
	"	jnc 9f\n"
	"	cmp $0x1101,%rax\n jne 9f\n cmp $0x1102,%rbx\n jne 9f\n cmp $0x1103,%rdx\n jne 9f\n cmp $0x1104,%rsi\n jne 9f\n"
	"	cmp $0x1105,%rdi\n jne 9f\n cmp $0x1106,%rbp\n jne 9f\n cmp $0x1108,%r8\n jne 9f\n cmp $0x1109,%r9\n jne 9f\n"
	"	cmp $0x110a,%r10\n jne 9f\n cmp $0x110b,%r11\n jne 9f\n cmp $0x110c,%r12\n jne 9f\n cmp $0x110d,%r13\n jne 9f\n"
	"	cmp $0x110e,%r14\n jne 9f\n cmp $0x110f,%r15\n jne 9f\n"
	"	cmp %rax,-8(%rsp)\n jne 9f\n cmp %rbx,-64(%rsp)\n jne 9f\n cmp %rdx,-128(%rsp)\n jne 9f\n"
	"	movq %xmm0,%rcx\n cmp %rax,%rcx\n jne 9f\n movq %xmm7,%rcx\n cmp %rbx,%rcx\n jne 9f\n"
	"	movq %xmm15,%rcx\n cmp %r15,%rcx\n jne 9f\n"
	"	xor %eax,%eax\n jmp 8f\n"
	"9:	mov $1,%eax\n"
	"8:	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n");

/* Each lane has a mask of its own: SIGUSR2 and one more. */
static inline uint64_t lane_mask(int lane)
{
	return 1ull << (SIGUSR2 - 1) | 1ull << (40 + lane - 1);
}

static inline void check_mask(int lane)
{
	uint64_t mask = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
	if (mask != lane_mask(lane))
		complain("signal mask", (long)mask, (long)lane_mask(lane));
}

static inline void check_slept(const char *what, double from, double least, long ret)
{
	double slept = now() - from;

	if (ret || slept < least - 0.0005)
		complain(what, ret, (long)(slept * 1e6));
}

static inline void do_spin(unsigned *heap, unsigned seed)
{
	unsigned sum = 0;

	if (spin_checked(200000))
		complain("registers", 0, 0);
	for (unsigned i = 0; i < 4096; i++)
		sum += heap[i] ^ (i * seed);
	if (sum)
		complain("heap", (long)sum, (long)seed);
}

static inline void *lane_main(void *arg)
{
	int lane = (int)(intptr_t)arg, fds[2];
	uint64_t mask = lane_mask(lane);
	unsigned *heap = malloc(4096 * sizeof(*heap));
	_Atomic int word = 0;
	char c = 'x';

	for (unsigned i = 0; i < 4096; i++)
		heap[i] = i * ((unsigned)lane + 77);
	if (pipe(fds))
		complain("pipe", 0, 0);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
	shared->tids[lane] = (int)syscall(SYS_gettid);
	for (;;) {
		double from = now();

		switch (lane) {
		case 0:
		case 1:
			do_spin(heap, (unsigned)lane + 77);
			break;
		case 2:
			check_slept("nanosleep", from, 0.004, nanosleep(&(struct timespec){ 0, 4000000 }, NULL));
			break;
		case 3:
			check_slept("poll", from, 0.003, poll(NULL, 0, 3));
			break;
		case 4:
			syscall(SYS_futex, &word, FUTEX_WAIT, 0, &(struct timespec){ 0, 5000000 }, NULL, 0);
			check_slept("futex", from, 0.005, errno == ETIMEDOUT ? 0 : errno);
			break;
		case 5:
			if (write(fds[1], &c, 1) != 1 || read(fds[0], &c, 1) != 1 || c != 'x')
				complain("pipe", 0, c);
			break;
		}
		check_mask(lane);
		shared->progress[lane]++;
	}
	return NULL;
}

/* A process with LANES threads, or with the one LANE in its main thread. */
static inline pid_t start_target(int lane)
{
	pid_t pid;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 1);
	for (int i = 1; lane < 0 && i < LANES; i++) {
		pthread_t t;

		pthread_create(&t, NULL, lane_main, (void *)(intptr_t)i);
	}
	lane_main((void *)(intptr_t)(lane < 0 ? 0 : lane));
	_exit(1);
}

static inline void end_target(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The letter of its state; 0: it is gone. */
static inline char state_of(pid_t pid)
{
	cleanup_buf struct buf b = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return io_read_file(-1, path, &b) < 0 || !b.len ? 0 : strrchr(b.p, ')')[2];
}

static inline int wait_state(pid_t pid, char state)
{
	for (double end = now() + 10; now() < end; usleep(200))
		if (state_of(pid) == state)
			return 1;
	return 0;
}

/* All of its threads get further, within a second. */
static inline int target_goes_on(int lane)
{
	unsigned long seen[LANES];
	double end = now() + 3;
	int missing = 1;

	for (int i = 0; i < LANES; i++)
		seen[i] = shared->progress[i];
	while (missing && now() < end && !shared->errors) {
		usleep(500);
		missing = 0;
		for (int i = 0; i < LANES; i++)
			if ((lane < 0 || lane == i) && shared->progress[i] < seen[i] + 2)
				missing = 1;
	}
	if (missing && !shared->errors)
		snprintf(shared->message, sizeof(shared->message), "stands still");
	return !missing && !shared->errors;
}

#endif
