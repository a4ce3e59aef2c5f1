/* regs.c - registers that live in a loop: general, flags, x87, xmm, ymm, control words; one thread per set of values. */
/* flavours: dynamic static */
/* needs: x86_64 */
#include "subject.h"
#include <pthread.h>

static volatile int stop;

/* Loops until STOP with every register loaded from SEED; returns how many were wrong at the end. */
#if defined(__x86_64__)
__attribute__((noinline, target("avx2"))) static long vectors(uint64_t seed)
{
	uint64_t in[16][4] __attribute__((aligned(32))), out[16][4] __attribute__((aligned(32)));
	int i, j;
	long wrong = 0;

	for (i = 0; i < 16; i++)
		for (j = 0; j < 4; j++)
			in[i][j] = subject_mix(seed * 100 + i * 4 + j);
	__asm__ volatile(
		"vmovdqa (%0), %%ymm0\n vmovdqa 32(%0), %%ymm1\n vmovdqa 64(%0), %%ymm2\n vmovdqa 96(%0), %%ymm3\n"
		"vmovdqa 128(%0), %%ymm4\n vmovdqa 160(%0), %%ymm5\n vmovdqa 192(%0), %%ymm6\n vmovdqa 224(%0), %%ymm7\n"
		"vmovdqa 256(%0), %%ymm8\n vmovdqa 288(%0), %%ymm9\n vmovdqa 320(%0), %%ymm10\n vmovdqa 352(%0), %%ymm11\n"
		"vmovdqa 384(%0), %%ymm12\n vmovdqa 416(%0), %%ymm13\n vmovdqa 448(%0), %%ymm14\n vmovdqa 480(%0), %%ymm15\n"
		"1: pause\n cmpl $0, (%2)\n je 1b\n"
		"vmovdqa %%ymm0, (%1)\n vmovdqa %%ymm1, 32(%1)\n vmovdqa %%ymm2, 64(%1)\n vmovdqa %%ymm3, 96(%1)\n"
		"vmovdqa %%ymm4, 128(%1)\n vmovdqa %%ymm5, 160(%1)\n vmovdqa %%ymm6, 192(%1)\n vmovdqa %%ymm7, 224(%1)\n"
		"vmovdqa %%ymm8, 256(%1)\n vmovdqa %%ymm9, 288(%1)\n vmovdqa %%ymm10, 320(%1)\n vmovdqa %%ymm11, 352(%1)\n"
		"vmovdqa %%ymm12, 384(%1)\n vmovdqa %%ymm13, 416(%1)\n vmovdqa %%ymm14, 448(%1)\n vmovdqa %%ymm15, 480(%1)\n"
		"vzeroupper\n"
		:: "r"(in), "r"(out), "r"(&stop)
		: "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	for (i = 0; i < 16; i++)
		wrong += memcmp(in[i], out[i], 32) != 0;
	return wrong;
}

/* general_loop(in, out, &stop): twelve registers and the direction flag live in the loop; returns the flags. */
long general_loop(const uint64_t *in, uint64_t *out, volatile int *stop_flag);
__asm__(
	".text\n.type general_loop, @function\ngeneral_loop:\n"
	"push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"mov %rdi, %rbp\n mov %rsi, %r14\n mov %rdx, %r15\n"
	"mov 0(%rbp), %rax\n mov 8(%rbp), %rbx\n mov 16(%rbp), %rcx\n mov 24(%rbp), %rdx\n"
	"mov 32(%rbp), %rsi\n mov 40(%rbp), %rdi\n mov 48(%rbp), %r8\n mov 56(%rbp), %r9\n"
	"mov 64(%rbp), %r10\n mov 72(%rbp), %r11\n mov 80(%rbp), %r12\n mov 88(%rbp), %r13\n"
	"std\n"
	"1: pause\n cmpl $0, (%r15)\n je 1b\n"
	"mov %rax, 0(%r14)\n mov %rbx, 8(%r14)\n mov %rcx, 16(%r14)\n mov %rdx, 24(%r14)\n"
	"mov %rsi, 32(%r14)\n mov %rdi, 40(%r14)\n mov %r8, 48(%r14)\n mov %r9, 56(%r14)\n"
	"mov %r10, 64(%r14)\n mov %r11, 72(%r14)\n mov %r12, 80(%r14)\n mov %r13, 88(%r14)\n"
	"pushfq\n pop %rax\n cld\n"
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n"
	".size general_loop, .-general_loop\n");

static long general(uint64_t seed)
{
	uint64_t in[12], out[12];
	long wrong = 0, flags;
	int i;

	for (i = 0; i < 12; i++)
		in[i] = subject_mix(seed * 77 + i);
	flags = general_loop(in, out, &stop);
	EXPECT(flags & 0x400, "the direction flag is gone: flags are %lx", flags);
	for (i = 0; i < 12; i++)
		wrong += in[i] != out[i];
	return wrong;
}

__attribute__((noinline)) static long x87(uint64_t seed)
{
	double in[8], out[8];
	uint16_t control = 0x0f7f, was;		/* round to zero, extended precision */
	uint32_t mxcsr = 0x7fa0, mxcsr_was = 0;	/* round to zero, flags set */
	uint16_t normal = 0x037f;
	uint32_t mxcsr_normal = 0x1f80;
	long wrong = 0;
	int i;

	for (i = 0; i < 8; i++)
		in[i] = (double)(seed * 1000 + i) + 0.125;
	__asm__ volatile("fninit\n fldcw %0\n ldmxcsr %1" :: "m"(control), "m"(mxcsr));
	__asm__ volatile(
		"fldl (%0)\n fldl 8(%0)\n fldl 16(%0)\n fldl 24(%0)\n fldl 32(%0)\n fldl 40(%0)\n fldl 48(%0)\n fldl 56(%0)\n"
		"1: pause\n cmpl $0, (%2)\n je 1b\n"
		"fstpl 56(%1)\n fstpl 48(%1)\n fstpl 40(%1)\n fstpl 32(%1)\n fstpl 24(%1)\n fstpl 16(%1)\n fstpl 8(%1)\n fstpl (%1)\n"
		:: "r"(in), "r"(out), "r"(&stop) : "memory", "cc");
	__asm__ volatile("fnstcw %0\n stmxcsr %1" : "=m"(was), "=m"(mxcsr_was));
	__asm__ volatile("fninit\n fldcw %0\n ldmxcsr %1" :: "m"(normal), "m"(mxcsr_normal));
	for (i = 0; i < 8; i++)
		wrong += in[i] != out[i];
	EXPECT_EQ(was, control, "x87 control word");
	EXPECT_EQ(mxcsr_was, mxcsr, "mxcsr");
	return wrong;
}
#else
static long vectors(uint64_t seed) { (void)seed; return 0; }
static long general(uint64_t seed) { (void)seed; return 0; }
static long x87(uint64_t seed) { (void)seed; return 0; }
#endif

static int have_avx2(void)
{
#if defined(__x86_64__)
	return __builtin_cpu_supports("avx2");
#else
	return 0;
#endif
}

static void *loop(void *arg)
{
	long n = (long)arg, wrong;
	static const char *const name[] = { "general registers", "vector registers", "x87 registers" };

	if (n % 3 == 1 && !have_avx2())
		return NULL;
	wrong = n % 3 == 0 ? general(n) : n % 3 == 1 ? vectors(n) : x87(n);
	EXPECT(!wrong, "%s: %ld are wrong", name[n % 3], wrong);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[6];
	long i;

	subject_init(argc, argv);
#if !defined(__x86_64__)
	SKIP("written for x86_64");
#endif
	for (i = 0; i < 6; i++)
		MUST(!pthread_create(&thread[i], NULL, loop, (void *)i));
	subject_nap(20);

	subject_freeze();

	stop = 1;
	for (i = 0; i < 6; i++)
		pthread_join(thread[i], NULL);
	return subject_end();
}
