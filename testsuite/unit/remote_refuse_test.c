/*
 * remote_refuse_test.c - threads that could not go on as they were if we were killed: they are not seized, and go on.
 */
#include "core/base/io.h"
#include "core/remote/remote.h"
#include "remote_target.h"

static void step(int sig)
{
	shared->progress[0] += sig == SIGTRAP;
}

/* The trap flag stays set: each instruction is a trap. */
static void step_on(void)
{
	signal(SIGTRAP, step);
	shared->ready = 1;
	__asm__ volatile("pushfq\n orq $0x100, (%%rsp)\n popfq" : : : "memory", "cc");
	for (;;)
		__asm__ volatile("nop");
}

/* poll(2) of nothing for 20 ms by int $0x80, again and again; -ENOSYS where the kernel runs no programs for 32 bits. */
static void poll_as_32_bits(void)
{
	for (;;) {
		long ret;

		__asm__ volatile("int $0x80" : "=a"(ret) : "0"(168L), "b"(0L), "c"(0L), "d"(20L) : "r8", "r9", "r10", "r11", "memory");
		if (ret == -ENOSYS)
			_exit(77);
		if (ret)
			complain("poll by int $0x80", ret, 0);
		shared->ready = 1;
		shared->progress[0]++;
	}
}

static pid_t start(void (*target)(void))
{
	pid_t pid;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		target();
	}
	for (int i = 0; i < 10000 && !shared->ready; i++)
		usleep(200);
	return pid;
}

/* Stopped at random: not each time in what is refused. */
static void test(void (*target)(void), const char *says, const char *title)
{
	pid_t pid = start(target);
	int refused = 0;

	for (int i = 0; i < 200 && !refused && shared->ready; i++) {
		struct remote_process *p = remote_seize(pid);

		refused = !p && strstr(err_text(), says);
		if (p)
			remote_release(p);
		err_clear();
		usleep(500);
	}
	if (shared->ready)
		check(refused && target_goes_on(0) && !shared->errors, title);
	else
		printf("SKIP: %s: not here\n", title);
	end_target(pid);
}

int main(void)
{
	setup_shared();
	test(step_on, "single-stepping itself", "who single-steps itself is refused");
	test(poll_as_32_bits, "32-bit programs", "who waits in a call by int $0x80 is refused");
	return failures != 0;
}
