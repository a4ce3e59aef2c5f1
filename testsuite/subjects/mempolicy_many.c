/* mempolicy_many.c - NUMA policies of a few among many mappings, and of a child that has but one, which numa_maps does not show everywhere. */
/* flavours: dynamic */
/* units: mempolicy */
/* needs: CONFIG_NUMA */
#include "subject.h"
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PAGE 4096ul
#define BALANCING (1 << 13)		/* MPOL_F_NUMA_BALANCING, Linux 5.12 */
#define MAPPINGS 1000

static const struct { int child, at, mode; } of[] = {
	{ 0, 1, MPOL_PREFERRED }, { 1, 500, MPOL_BIND | BALANCING }, { 0, MAPPINGS - 1, MPOL_INTERLEAVE },
};
enum { N = sizeof(of) / sizeof(*of) };

static char *p;
static int wanted[MAPPINGS];

static void set_policies(int child)
{
	unsigned long node = 1;

	for (int i = 0; i < N; i++) {
		if (of[i].child != child)
			continue;
		if (!syscall(SYS_mbind, p + of[i].at * PAGE, PAGE, of[i].mode, &node, 65, 0))
			wanted[of[i].at] = of[i].mode;
		else if (!child)
			SKIP("mbind: %s", strerror(errno));
	}
}

static void check_policies(void)
{
	for (int i = 0; i < MAPPINGS; i++) {
		unsigned long nodes = 0;
		int mode = -1;

		EXPECT(!syscall(SYS_get_mempolicy, &mode, &nodes, 64, p + i * PAGE, MPOL_F_ADDR) && mode == wanted[i] && nodes == (wanted[i] != 0),
		       "policy of mapping %d: %x %lx, was %x", i, mode, nodes, wanted[i]);
	}
}

int main(int argc, char **argv)
{
	int ready[2], status;
	pid_t child;
	char byte;

	subject_init(argc, argv);
	p = mmap(NULL, MAPPINGS * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	for (int i = 0; i < MAPPINGS; i += 2)
		MUST(!mprotect(p + i * PAGE, PAGE, PROT_READ | PROT_WRITE));
	MUST(!pipe(ready) && (child = fork()) >= 0);
	set_policies(!child);
	close(ready[1]);
	if (!child) {
		close(ready[0]);
		subject_wait();
		check_policies();
		_exit(subject_wrong);
	}
	MUST(!read(ready[0], &byte, 1));
	close(ready[0]);

	subject_freeze();

	check_policies();
	EXPECT(waitpid(child, &status, 0) == child && !status, "the child: status %x", status);
	return subject_end();
}
