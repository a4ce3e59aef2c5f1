/* fault.c - a thread that faults all the time: each frame of its handler tells all about the fault, whenever it was stopped. */
/* changes: by itself, its signal comes and goes */
/* flavours: dynamic musl */
/* needs: x86_64 */
#include "subject.h"
#if defined(__x86_64__)
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE_FAULT 14
#define WRITE 2				/* of the error code */
#define INSN_SIZE 3

static char *page;
static volatile long faults, bad;
static volatile long long trap, error, address;

static void fault(int sig, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig;
	if (r[REG_TRAPNO] != PAGE_FAULT || !(r[REG_ERR] & WRITE) || r[REG_CR2] != (greg_t)(uintptr_t)info->si_addr) {
		bad++;
		trap = r[REG_TRAPNO];
		error = r[REG_ERR];
		address = r[REG_CR2];
	}
	faults++;
	r[REG_RIP] += INSN_SIZE;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = fault, .sa_flags = SA_SIGINFO };

	subject_init(argc, argv);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED);
	MUST(!sigaction(SIGSEGV, &action, NULL));
	subject_ready();
	do
		for (int i = 0; i < 1000; i++)
			__asm__ volatile("movb $1, (%0)" : : "a" (page) : "memory");	/* c6 00 01 */
	while (!subject_may_go());
	EXPECT(!bad, "%ld of %ld faults were told wrongly: trap %lld, error %lld, address 0x%llx", bad, faults, trap, error, address);
	return subject_end();
}
#else
#include "elsewhere.h"
#endif
