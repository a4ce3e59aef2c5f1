/* mempolicy_nodes.c - NUMA policies that name more nodes than there are: those among them, or places that are counted through. */
/* flavours: dynamic */
/* units: mempolicy */
/* needs: CONFIG_NUMA */
#include "subject.h"
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sys/mman.h>

#define PAGE 4096ul
#define BITS 65

static const struct { int mode; unsigned long nodes; } of[] = {
	{ MPOL_BIND | MPOL_F_STATIC_NODES, 3 }, { MPOL_INTERLEAVE | MPOL_F_RELATIVE_NODES, 0xf }, { MPOL_BIND | MPOL_F_RELATIVE_NODES, 4 },
};
enum { N = sizeof(of) / sizeof(*of) };

static pthread_barrier_t set;

static void policy_is(const char *at, int i, const char *what)
{
	unsigned long nodes[16] = { 0 };
	int mode = -1;

	EXPECT(!syscall(SYS_get_mempolicy, &mode, nodes, 1024, at, at ? MPOL_F_ADDR : 0) && mode == of[i].mode && nodes[0] == of[i].nodes,
	       "policy of %s: %x %lx, was %x %lx", what, mode, nodes[0], of[i].mode, of[i].nodes);
}

static void *work(void *arg)
{
	int i = (int)(intptr_t)arg;

	MUST(!syscall(SYS_set_mempolicy, of[i].mode, &of[i].nodes, BITS));
	pthread_barrier_wait(&set);
	subject_wait();
	policy_is(NULL, i, "a thread");
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[N];
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, N * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	pthread_barrier_init(&set, NULL, N + 1);
	for (int i = 0; i < N; i++)
		if (syscall(SYS_mbind, p + i * PAGE, PAGE, of[i].mode, &of[i].nodes, BITS, 0))
			SKIP("mbind: %s", strerror(errno));
	for (int i = 0; i < N; i++)
		MUST(!pthread_create(&thread[i], NULL, work, (void *)(intptr_t)i));
	pthread_barrier_wait(&set);

	subject_freeze();

	for (int i = 0; i < N; i++) {
		policy_is(p + i * PAGE, i, "a page");
		pthread_join(thread[i], NULL);
	}
	return subject_end();
}
