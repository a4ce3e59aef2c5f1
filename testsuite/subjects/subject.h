/*
 * subject.h - what every subject shares: say ready, wait to be let go, verify, say what was found.
 *
 * A subject builds up a state, calls subject_freeze(), and afterwards verifies all of it by itself. It knows nothing of cr.
 *	subject READY GO RESULT
 * READY is made (by rename) with "ready PID" when the state stands; then the subject waits until the file GO exists; RESULT is made
 * (by rename) with "ok" or the first thing that is wrong. Exit status 0, 1, or 77 when this machine cannot build the state.
 * Children and threads complain with EXPECT too: the first complaint of all of them is the result.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SUBJECT_USED __attribute__((unused))

static char subject_ready_file[PATH_MAX], subject_go_file[PATH_MAX], subject_result_file[PATH_MAX], subject_wrong_file[PATH_MAX + 8];
static volatile int subject_wrong;	/* something of this process was not as it should be */

/* One line into FILE, which appears complete or not at all. */
static SUBJECT_USED void subject_write(const char *file, const char *text)
{
	char temporary[PATH_MAX + 32];
	int fd;

	snprintf(temporary, sizeof(temporary), "%s.%ld", file, (long)syscall(SYS_gettid));
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) || rename(temporary, file))
		_exit(70);
}

/* Records what is wrong, unless something else was first. */
static SUBJECT_USED __attribute__((format(printf, 1, 2))) void subject_complain(const char *fmt, ...)
{
	char text[1024];
	va_list args;
	int fd, n;

	n = snprintf(text, sizeof(text), "%ld: ", (long)syscall(SYS_gettid));
	va_start(args, fmt);
	n += vsnprintf(text + n, sizeof(text) - n - 2, fmt, args);
	va_end(args);
	if (n > (int)sizeof(text) - 2)
		n = sizeof(text) - 2;
	text[n++] = '\n';
	subject_wrong = 1;
	fd = open(subject_wrong_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return;
	if (write(fd, text, n) != n)
		_exit(70);
	close(fd);
}

#define EXPECT(cond, ...) do { if (!(cond)) subject_complain(__VA_ARGS__); } while (0)
#define EXPECT_EQ(a, b, what) do { \
	long long a_ = (long long)(a), b_ = (long long)(b); \
	if (a_ != b_) subject_complain("%s: is %lld (0x%llx), was %lld (0x%llx)", what, a_, a_, b_, b_); \
} while (0)

/* While the state is built: without this there is nothing to test. */
#define MUST(cond) do { if (!(cond)) { \
	subject_complain("cannot build the state: %s:%d: %s: %s", __FILE__, __LINE__, #cond, strerror(errno)); \
	exit(subject_end()); } } while (0)
#define SKIP(...) do { \
	char skip_[512]; int n_ = snprintf(skip_, sizeof(skip_), "skip: "); \
	snprintf(skip_ + n_, sizeof(skip_) - n_ - 2, __VA_ARGS__); \
	subject_write(subject_result_file, strcat(skip_, "\n")); _exit(77); } while (0)

static SUBJECT_USED void subject_init(int argc, char **argv)
{
	if (argc < 4 || !realpath(".", subject_ready_file)) {
		fprintf(stderr, "usage: %s READY GO RESULT\n", argv[0]);
		_exit(64);
	}
#ifdef SYS_close_range
	syscall(SYS_close_range, 3, ~0U, 0);	/* what a test left open by accident is none of our state */
#endif
	snprintf(subject_ready_file, sizeof(subject_ready_file), "%s", argv[1]);
	snprintf(subject_go_file, sizeof(subject_go_file), "%s", argv[2]);
	snprintf(subject_result_file, sizeof(subject_result_file), "%s", argv[3]);
	snprintf(subject_wrong_file, sizeof(subject_wrong_file), "%s.wrong", argv[3]);
}

static SUBJECT_USED void subject_nap(unsigned ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static SUBJECT_USED int subject_may_go(void)
{
	return access(subject_go_file, F_OK) == 0;
}

static SUBJECT_USED void subject_ready(void)
{
	char text[32];

	snprintf(text, sizeof(text), "ready %ld\n", (long)getpid());
	subject_write(subject_ready_file, text);
}

static SUBJECT_USED void subject_wait(void)
{
	while (!subject_may_go())
		subject_nap(2);
}

/* The state stands; goes on when the test says so. */
static SUBJECT_USED void subject_freeze(void)
{
	subject_ready();
	subject_wait();
}

/* The last thing the main process does: return subject_end(); */
static SUBJECT_USED int subject_end(void)
{
	if (access(subject_wrong_file, F_OK) == 0) {
		if (rename(subject_wrong_file, subject_result_file))
			_exit(70);
		return 1;
	}
	subject_write(subject_result_file, "ok\n");
	return 0;
}

/* Reaps CHILD, which has to exit with STATUS (as of waitpid). */
static SUBJECT_USED void subject_reap(pid_t child, int status)
{
	int got = -1;
	pid_t r;

	do
		r = waitpid(child, &got, __WALL);
	while (r < 0 && errno == EINTR);
	EXPECT(r == child, "waitpid(%d) gave %d: %s", (int)child, (int)r, strerror(errno));
	if (r == child)
		EXPECT(got == status, "child %d: wait status is 0x%x, expected 0x%x", (int)child, got, status);
}

/* Memory that can be told from any other: a pattern of SEED and the place. */
static inline uint64_t subject_mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	return x * 0xc4ceb9fe1a85ec53ULL ^ x >> 29;
}

static SUBJECT_USED void subject_fill(void *memory, size_t len, uint64_t seed)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		((uint64_t *)memory)[i] = subject_mix(seed + i);
	for (i = len & ~(size_t)7; i < len; i++)
		((uint8_t *)memory)[i] = (uint8_t)(seed + i);
}

/* Offset of the first wrong byte (or word), or -1. */
static SUBJECT_USED long subject_differs(const void *memory, size_t len, uint64_t seed)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		if (((const uint64_t *)memory)[i] != subject_mix(seed + i))
			return (long)i * 8;
	for (i = len & ~(size_t)7; i < len; i++)
		if (((const uint8_t *)memory)[i] != (uint8_t)(seed + i))
			return (long)i;
	return -1;
}

#define EXPECT_FILLED(memory, len, seed, what) do { \
	long at_ = subject_differs(memory, len, seed); \
	if (at_ >= 0) subject_complain("%s: wrong at offset %ld of %lu", what, at_, (unsigned long)(len)); \
} while (0)

/* Capabilities of the first 32, for good. -1: errno. */
static SUBJECT_USED int subject_give_up(unsigned caps)
{
	struct { uint32_t version; int pid; } header = { 0x20080522, 0 };	/* _LINUX_CAPABILITY_VERSION_3 */
	struct { uint32_t effective, permitted, inheritable; } data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective &= ~caps;
	data[0].permitted &= ~caps;
	data[0].inheritable &= ~caps;
	return (int)syscall(SYS_capset, &header, data);
}

/* The line of /proc/FILE that starts with KEY, without the key; "" when there is none. */
static SUBJECT_USED const char *subject_proc(const char *file, const char *key)
{
	static __thread char line[4096];
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s", file);
	f = fopen(path, "re");
	if (!f)
		return "";
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		fclose(f);
		line[strcspn(line, "\n")] = 0;
		return line + strlen(key) + strspn(line + strlen(key), ": \t");
	}
	fclose(f);
	return "";
}

#endif
