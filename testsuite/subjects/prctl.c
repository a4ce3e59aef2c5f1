/* prctl.c - what prctl(2) sets: dumpable, death signal, subreaper, huge pages, timer slack, TSC, machine checks, I/O flusher, futex hash. */
/* flavours: dynamic */
#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>

static void dumpable(void) { prctl(PR_SET_DUMPABLE, 0); }
static void death_signal(void) { prctl(PR_SET_PDEATHSIG, SIGUSR2); }
static void subreaper(void) { prctl(PR_SET_CHILD_SUBREAPER, 1); }
static void huge_pages(void) { prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); }
static void slack(void) { prctl(PR_SET_TIMERSLACK, 123456); }
static void slack_max(void) { prctl(PR_SET_TIMERSLACK, ~0UL); }	/* the answer looks like an error */
static void slack_half(void) { prctl(PR_SET_TIMERSLACK, 1UL << 63); }
static void tsc(void) { prctl(26, 2); }
static void machine_check(void) { prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0); }
static void flusher(void) { prctl(57, 1, 0, 0, 0); }
static void speculation(void) { prctl(53, 0, 4, 0, 0); }	/* store bypass disabled, if the machine lets us */

static void l1d_flush(void) { prctl(53, 2, 2, 0, 0); }	/* only with l1d_flush=on, on a processor that needs it */

static void *thread(void *arg) { for (;;) pause(); return arg; }
static void add_thread(void) { pthread_t t; MUST(!pthread_create(&t, NULL, thread, NULL)); }	/* the kernel makes a futex hash, from Linux 6.16 on */
static void futex_own(void) { prctl(78, 1, 64, 0, 0); }
static void futex_larger(void) { add_thread(); prctl(78, 1, 128, 0, 0); }
static void futex_none(void) { add_thread(); prctl(78, 1, 0, 0, 0); }

static void look(long out[14])
{
	int sig = -1, sub = -1, tsc_mode = -1;

	prctl(PR_GET_PDEATHSIG, &sig);
	prctl(PR_GET_CHILD_SUBREAPER, &sub);
	prctl(25, &tsc_mode);
	out[0] = prctl(PR_GET_DUMPABLE);
	out[1] = sig;
	out[2] = sub;
	out[3] = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
	out[4] = syscall(SYS_prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
	out[5] = tsc_mode;
	out[6] = prctl(PR_MCE_KILL_GET, 0, 0, 0, 0);
	out[7] = prctl(58, 0, 0, 0, 0);
	out[8] = prctl(66, 0, 0, 0, 0);
	out[9] = prctl(52, 0, 0, 0, 0);
	out[10] = prctl(52, 1, 0, 0, 0);
	out[11] = prctl(PR_GET_KEEPCAPS);
	out[12] = prctl(78, 2, 0, 0, 0);
	out[13] = prctl(52, 2, 0, 0, 0);
}

int main(int argc, char **argv)
{
	static void (*const change[])(void) = { dumpable, death_signal, subreaper, huge_pages, slack, slack_max, slack_half, tsc,
						machine_check, flusher, speculation, l1d_flush, add_thread, futex_own, futex_larger, futex_none };
	enum { N = sizeof(change) / sizeof(*change) };
	long before[14], now[14];
	pid_t child[N];
	int report[2], end[2], i, j;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(report) && !pipe(end));
	for (i = 0; i < N; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (child[i])
			continue;
		close(end[1]);
		change[i]();
		look(before);
		if (write(report[1], "x", 1) != 1 || read(end[0], &c, 1))	/* without a nap: with that slack it may take very long */
			_exit(2);
		look(now);
		for (j = 0; j < 14; j++)
			EXPECT(now[j] == before[j], "child %d: setting %d is %ld, was %ld", i, j, now[j], before[j]);
		_exit(0);
	}
	for (i = 0; i < N; i++)
		MUST(read(report[0], &c, 1) == 1);
	look(before);

	subject_freeze();

	close(end[1]);
	look(now);
	for (j = 0; j < 14; j++)
		EXPECT(now[j] == before[j], "setting %d is %ld, was %ld", j, now[j], before[j]);
	for (i = 0; i < N; i++)
		subject_reap(child[i], 0);
	return subject_end();
}
