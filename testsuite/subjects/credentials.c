/* credentials.c - ids that all differ, groups, capability sets, securebits, no_new_privs; per process and per thread. */
/* flavours: dynamic musl */
/* needs: root */
#include "subject.h"
#include <grp.h>
#include <pthread.h>
#include <sys/prctl.h>

struct cap_header { uint32_t version; int pid; };
struct cap_data { uint32_t effective, permitted, inheritable; };

static void set_caps(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	struct cap_header h = { 0x20080522, 0 };
	struct cap_data d[2] = {
		{ (uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable },
		{ effective >> 32, permitted >> 32, inheritable >> 32 },
	};

	MUST(syscall(SYS_capset, &h, d) == 0);
}

/* All lines of /proc/thread-self/status about credentials, and what prctl tells. */
static void look(char *out, size_t size)
{
	static const char *const key[] = {
		"Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:", NULL
	};
	size_t n = 0;
	int i;

	for (i = 0; key[i]; i++)
		n += snprintf(out + n, size - n, "%s%s\n", key[i], subject_proc("thread-self/status", key[i]));
	snprintf(out + n, size - n, "securebits %d keepcaps %d dumpable %d\n", prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS),
		 prctl(PR_GET_DUMPABLE));
}

static void expect_same(const char *before, const char *who)
{
	char now[4000];

	look(now, sizeof(now));
	EXPECT(!strcmp(before, now), "%s: was\n%sis\n%s", who, before, now);
}

static void many_ids(void)
{
	gid_t groups[40];
	int i;

	for (i = 0; i < 40; i++)
		groups[i] = 100000 + i * 3;
	MUST(setgroups(40, groups) == 0);
	MUST(setresgid(10, 11, 12) == 0);
	MUST(setresuid(20, 21, 22) == 0);
}

static void few_capabilities(void)
{
	MUST(prctl(PR_CAPBSET_DROP, 25) == 0);
	MUST(prctl(PR_CAPBSET_DROP, 22) == 0);
	set_caps(1ULL << 0 | 1ULL << 7, 1ULL << 0 | 1ULL << 7 | 1ULL << 6, 1ULL << 7);
	MUST(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 7, 0, 0) == 0);
}

static void secure(void)
{
	MUST(prctl(PR_SET_SECUREBITS, 0x2f) == 0);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
}

static void no_groups(void)
{
	MUST(prctl(PR_SET_KEEPCAPS, 1) == 0);
	MUST(setgroups(0, NULL) == 0);
	MUST(setresuid(1000, 1000, 1000) == 0);
	set_caps(0, 1ULL << 21, 0);
}

static void file_system_ids(void)
{
	syscall(SYS_setfsgid, 33);
	syscall(SYS_setfsuid, 44);
}

static pthread_barrier_t built;

/* Raw system calls: one thread's credentials differ from the others'. */
static void *other_thread(void *arg)
{
	char before[4000];
	gid_t groups[2] = { 5, 77 };

	syscall(SYS_setgroups, 2, groups);
	syscall(SYS_setresgid, 7, 8, 9);
	syscall(SYS_setresuid, 0, 3000, 0);
	look(before, sizeof(before));
	pthread_barrier_wait(&built);
	subject_wait();
	expect_same(before, "a thread");
	return arg;
}

static void with_thread(void)
{
	pthread_t thread;

	pthread_barrier_init(&built, NULL, 2);
	MUST(!pthread_create(&thread, NULL, other_thread, NULL));
	pthread_barrier_wait(&built);
}

int main(int argc, char **argv)
{
	static void (*const change[])(void) = { many_ids, few_capabilities, secure, no_groups, with_thread, file_system_ids };
	static const char *const name[] = { "many ids", "few capabilities", "securebits", "no groups", "threads", "file system ids" };
	char before[4000], c;
	pid_t child[6];
	int report[2], i;

	subject_init(argc, argv);
	if (getuid() != 0)
		SKIP("needs root");
	MUST(pipe(report) == 0);
	for (i = 0; i < 6; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (child[i])
			continue;
		change[i]();
		look(before, sizeof(before));
		if (write(report[1], "x", 1) != 1)
			_exit(2);
		subject_wait();
		expect_same(before, name[i]);
		subject_nap(i == 4 ? 20 : 0);
		_exit(0);
	}
	for (i = 0; i < 6; i++)
		MUST(read(report[0], &c, 1) == 1);
	look(before, sizeof(before));

	subject_freeze();

	expect_same(before, "the parent");
	for (i = 0; i < 6; i++)
		subject_reap(child[i], 0);
	return subject_end();
}
