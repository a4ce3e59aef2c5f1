/* basic.c - what every process has: heap, stack, data, arguments, environment, auxiliary vector, name, program, folder, umask. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/prctl.h>

static char data[100000] = "initialised data";
static char bss[300000];
extern char **environ;

static uint64_t sum_strings(char **list)
{
	uint64_t sum = 0;
	char *p;

	for (; *list; list++)
		for (p = *list; *p; p++)
			sum = subject_mix(sum + (unsigned char)*p);
	return sum;
}

static uint64_t sum_file(const char *path)
{
	char block[4096];
	uint64_t sum = 0;
	ssize_t n, i;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	EXPECT(fd >= 0, "open %s: %s", path, strerror(errno));
	while ((n = read(fd, block, sizeof(block))) > 0)
		for (i = 0; i < n; i++)
			sum = subject_mix(sum + (unsigned char)block[i]);
	close(fd);
	return sum;
}

static const char *link_of(const char *path, char *out)
{
	ssize_t n = readlink(path, out, PATH_MAX - 1);

	out[n < 0 ? 0 : n] = 0;
	return out;
}

struct facts {
	uint64_t arguments, environment, auxv, cmdline, environ_file;
	char exe[PATH_MAX], cwd[PATH_MAX], root[PATH_MAX], comm[32];
	unsigned long random[2], entry, sysinfo;
	pid_t pid, ppid, pgid, sid;
	mode_t umask;
	void *brk;
};

static void look(struct facts *f, char **argv)
{
	memset(f, 0, sizeof(*f));
	f->arguments = sum_strings(argv);
	f->environment = sum_strings(environ);
	f->auxv = sum_file("/proc/self/auxv");
	f->cmdline = sum_file("/proc/self/cmdline");
	f->environ_file = sum_file("/proc/self/environ");
	link_of("/proc/self/exe", f->exe);
	link_of("/proc/self/cwd", f->cwd);
	link_of("/proc/self/root", f->root);
	prctl(PR_GET_NAME, f->comm);
	memcpy(f->random, (void *)getauxval(AT_RANDOM), 16);
	f->entry = getauxval(AT_ENTRY);
	f->sysinfo = getauxval(AT_SYSINFO_EHDR);
	f->pid = getpid();
	f->pgid = getpgid(0);
	f->sid = getsid(0);
	f->umask = strtoul(subject_proc("self/status", "Umask:"), NULL, 8);
	f->brk = sbrk(0);
}

static uint64_t recurse(int depth, uint64_t seed)
{
	char frame[1000];
	uint64_t r;

	subject_fill(frame, sizeof(frame), seed + depth);
	if (depth == 0) {
		subject_freeze();
		r = 1;
	} else {
		r = recurse(depth - 1, seed) + 1;
	}
	EXPECT_FILLED(frame, sizeof(frame), seed + depth, "stack frame");
	return r;
}

int main(int argc, char **argv)
{
	static struct facts before, after;
	char *heap[50];
	int i;

	subject_init(argc, argv);
	umask(027);
	MUST(prctl(PR_SET_NAME, "odd (name) 7") == 0);
	setenv("SUBJECT_ADDED", "later", 1);
	for (i = 0; i < 50; i++) {
		heap[i] = malloc(i * i * 40 + 1);
		subject_fill(heap[i], i * i * 40 + 1, i);
	}
	subject_fill(data + 1000, sizeof(data) - 1000, 77);
	subject_fill(bss, sizeof(bss), 78);
	look(&before, argv);

	EXPECT_EQ(recurse(200, 5), 201, "recursion depth");

	look(&after, argv);
	for (i = 0; i < 50; i++) {
		EXPECT_FILLED(heap[i], i * i * 40 + 1, i, "heap block");
		free(heap[i]);
	}
	EXPECT(!strncmp(data, "initialised data", 16), "data: beginning changed");
	EXPECT_FILLED(data + 1000, sizeof(data) - 1000, 77, "data");
	EXPECT_FILLED(bss, sizeof(bss), 78, "bss");
	EXPECT_EQ(after.arguments, before.arguments, "arguments");
	EXPECT_EQ(after.environment, before.environment, "environment");
	EXPECT_EQ(after.auxv, before.auxv, "/proc/self/auxv");
	EXPECT_EQ(after.cmdline, before.cmdline, "/proc/self/cmdline");
	EXPECT_EQ(after.environ_file, before.environ_file, "/proc/self/environ");
	EXPECT(!strcmp(after.exe, before.exe), "exe is %s, was %s", after.exe, before.exe);
	EXPECT(!strcmp(after.cwd, before.cwd), "cwd is %s, was %s", after.cwd, before.cwd);
	EXPECT(!strcmp(after.root, before.root), "root is %s, was %s", after.root, before.root);
	EXPECT(!strcmp(after.comm, before.comm), "comm is %s, was %s", after.comm, before.comm);
	EXPECT(!strcmp(getenv("SUBJECT_ADDED"), "later"), "a variable that was set is gone");
	EXPECT(!memcmp(after.random, before.random, 16), "AT_RANDOM bytes changed");
	EXPECT_EQ(after.entry, before.entry, "AT_ENTRY");
	EXPECT_EQ(after.sysinfo, before.sysinfo, "AT_SYSINFO_EHDR");
	EXPECT_EQ(after.pid, before.pid, "pid");
	EXPECT_EQ(after.pgid, before.pgid, "process group");
	EXPECT_EQ(after.sid, before.sid, "session");
	EXPECT_EQ(after.umask, before.umask, "umask");
	EXPECT_EQ((long)after.brk, (long)before.brk, "program break");
	EXPECT(malloc(100000) != NULL, "malloc does not work any more");
	return subject_end();
}
