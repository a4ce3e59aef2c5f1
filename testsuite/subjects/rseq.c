/* rseq.c - restartable sequences: per-CPU counters stay exact, also when the stop falls inside a critical section. */
/* flavours: dynamic static */
/* needs: glibc with rseq, x86_64 */
#include "subject.h"
#include <pthread.h>
#include <sched.h>
#if defined(__GLIBC__) && defined(__x86_64__)
#include <sys/rseq.h>
#endif

#define CPUS 1024
#define THREADS 3

static volatile int stop;
static struct { volatile uint64_t count; char pad[56]; } counter[CPUS] __attribute__((aligned(64)));
static uint64_t done[THREADS], aborted[THREADS];

#if defined(RSEQ_SIG) && defined(__x86_64__)
static struct rseq *area(void)
{
	return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}

/* counter[cpu]++ as one restartable sequence: 1 when it was aborted. A long one, so that a stop falls into it. */
static int increment(struct rseq *r, uint32_t cpu)
{
	volatile uint64_t *p = &counter[cpu].count;

	__asm__ goto(
		".pushsection __rseq_cs, \"aw\"\n .balign 32\n"
		"3: .long 0, 0\n .quad 1f, (2f - 1f), 4f\n .popsection\n"
		"lea 3b(%%rip), %%rax\n mov %%rax, 8(%[r])\n"
		"1: cmpl %[cpu], 4(%[r])\n jne 4f\n"
		"mov (%[p]), %%rax\n"
		"mov $200, %%ecx\n"
		"5: dec %%ecx\n jnz 5b\n"
		"inc %%rax\n"
		"mov %%rax, (%[p])\n"		/* the commit */
		"2: jmp %l[committed]\n"
		".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n"
		"4: jmp %l[abort]\n"
		:: [r] "r"(r), [cpu] "r"(cpu), [p] "r"(p) : "memory", "cc", "rax", "rcx" : committed, abort);
committed:
	return 0;
abort:
	return 1;
}

static void *count(void *arg)
{
	long n = (long)arg;
	struct rseq *r = area();

	while (!stop) {
		if (increment(r, *(volatile uint32_t *)&r->cpu_id_start))
			aborted[n]++;
		else
			done[n]++;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[THREADS];
	uint64_t all = 0, sum = 0;
	ptrdiff_t offset = __rseq_offset;
	uint32_t cpu;
	long i;

	subject_init(argc, argv);
	if (!__rseq_size)
		SKIP("this glibc registered no rseq");
	for (i = 0; i < THREADS; i++)
		MUST(!pthread_create(&thread[i], NULL, count, (void *)i));
	subject_nap(10);

	subject_freeze();

	subject_nap(10);
	stop = 1;
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		all += done[i];
	}
	for (i = 0; i < CPUS; i++)
		sum += counter[i].count;
	EXPECT(all == sum, "%llu increments, but the counters have %llu", (long long)all, (long long)sum);
	EXPECT_EQ(__rseq_offset, offset, "__rseq_offset");
	for (i = 0; i < 200; i++) {
		sched_yield();
		cpu = *(volatile uint32_t *)&area()->cpu_id;
		if (cpu == (uint32_t)sched_getcpu())
			break;
	}
	EXPECT(i < 200, "cpu_id is %u and never the CPU we are on", cpu);
	EXPECT(cpu < CPUS, "cpu_id is %d: rseq is not registered any more", (int)cpu);
	return subject_end();
}
#else
int main(int argc, char **argv)
{
	subject_init(argc, argv);
	SKIP("needs glibc with rseq on x86_64");
}
#endif
