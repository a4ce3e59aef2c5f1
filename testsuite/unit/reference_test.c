/*
 * reference_test.c - a kernel to come: keys, rows and names that nobody knows, in a process and in one that has done nothing yet.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/reference.h"
#include "check.h"

static struct arena arena;

struct said {
	const char *fresh;
	char text[512];
	int asked;
};

static const char *fresh(void *ctx)
{
	struct said *s = ctx;

	s->asked++;
	return s->fresh;
}

static int found(void *ctx, const char *key, const char *value, const char *other)
{
	struct said *s = ctx;
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof(s->text) - n, "[%s|%s|%s]", key, value, other);
	return 0;
}

#define STATUS "Name:\tx\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t1\nVmPeak:\t   100 kB\nSigQ:\t0/1\n"

static void test_status(void)
{
	struct said s = { .fresh = STATUS "NewFlags:\tnone\n" };

	check(!reference_status(&arena, STATUS, fresh, found, &s) && !*s.text && !s.asked, "status: known keys say nothing, and nobody is asked");
	check(!reference_status(&arena, STATUS "NewFlags:\tnone\n", fresh, found, &s) && !*s.text && s.asked, "status: a new key with a fresh process's value");
	check(!reference_status(&arena, STATUS "NewFlags:\tsealed\nVmRSS:\t1 kB\n", fresh, found, &s) && !strcmp(s.text, "[NewFlags|sealed|none]"),
	      "status: a new key with another value, and both values");
	s.text[0] = '\0';
	check(!reference_status(&arena, "Shadow:\t7 \nNewFlags:\tnone\n" STATUS, fresh, found, &s) && !strcmp(s.text, "[Shadow|7|none]"),
	      "status: a key that a fresh process does not have");
	s = (struct said) { .fresh = NULL };
	check(!reference_status(&arena, STATUS "NewFlags:\tnone", fresh, found, &s) && !strcmp(s.text, "[NewFlags|none|?]"),
	      "status: nothing to compare with is no excuse");
	s = (struct said) { .fresh = STATUS };
	check(!reference_status(&arena, "no key at all\n" STATUS, fresh, found, &s) && !strncmp(s.text, "[no key at all|", 15), "status: a line without a key");
	s = (struct said) { .fresh = STATUS "Name2:\ty\n" };
	check(!reference_status(&arena, "Nam:\tx\nName2:\ty\nName :\tz\n", fresh, found, &s) && !strcmp(s.text, "[Nam|x|none][Name |z|none]"), "status: keys are compared whole");
}

#define LIMITS "Limit                     Soft Limit           Hard Limit           Units     \n" \
	"Max cpu time              unlimited            unlimited            seconds   \n"
#define NEW(soft) "Max new thing             " soft "                    unlimited            things    \n"

static void test_limits(void)
{
	struct said s = { .fresh = LIMITS NEW("5") };

	check(!reference_limits(&arena, LIMITS, fresh, found, &s) && !*s.text && !s.asked, "limits: known rows say nothing");
	check(!reference_limits(&arena, LIMITS NEW("5"), fresh, found, &s) && !*s.text, "limits: a new row with a fresh process's values");
	check(!reference_limits(&arena, LIMITS NEW("6"), fresh, found, &s) && strstr(s.text, "[Max new thing|6 ") && strstr(s.text, "things|5 "),
	      "limits: a new row with other values, and both");
	s = (struct said) { .fresh = LIMITS };
	check(!reference_limits(&arena, NEW("6") LIMITS, fresh, found, &s) == 0, "limits: no heading is an error");
	s = (struct said) { .fresh = LIMITS };
	check(!reference_limits(&arena, LIMITS NEW("6"), fresh, found, &s) && strstr(s.text, "things|none]"), "limits: a row that a fresh process does not have");
}

static void test_names(void)
{
	check(reference_knows("", "status") && reference_knows("", "seccomp_cache") && !reference_knows("", "future"), "names: /proc/PID");
	check(reference_knows("ns", "time_for_children") && !reference_knows("ns", "ima") && !reference_knows("ns", "current"), "names: ns");
	check(reference_knows("attr", "current") && !reference_knows("attr", "context") && !reference_knows("attr", "net"), "names: attr");
}

/* A folder that stands for /proc/PID. */
static void test_files(void)
{
	char folder[] = "/tmp/cr-reference.XXXXXX", path[64];
	cleanup_buf struct buf out = { 0 };
	cleanup_fd int dir = -1;
	FILE *f;

	if (!mkdtemp(folder) || (dir = open(folder, O_RDONLY | O_DIRECTORY)) < 0)
		return check(0, "files: a folder");
	mkdirat(dir, "sub", 0700);
	mkdirat(dir, "sub/x", 0700);
	symlinkat("what:[1]", dir, "link");
	snprintf(path, sizeof(path), "%s/file", folder);
	f = fopen(path, "w");
	fputs("some text\n", f);
	fclose(f);
	mknodat(dir, "fifo", S_IFIFO | 0600, 0);
	snprintf(path, sizeof(path), "%s/stat", folder);
	fclose(fopen(path, "w"));
	check(!reference_read_of(dir, "link", &out) && !strcmp(out.p, "what:[1]"), "files: a link");
	check(!reference_read_of(dir, "sub", &out) && !strcmp(out.p, "x\n"), "files: a folder");
	check(!reference_read_of(dir, "file", &out) && !strcmp(out.p, "some text\n"), "files: a text");
	check(!reference_read_of(dir, "fifo", &out) && !out.len, "files: what would block is not waited for");
	check(reference_read_of(dir, "none", &out) == PROC_ABSENT, "files: none");
	for (int i = 0; i < 5; i++)
		unlinkat(dir, (const char *const[]) { "link", "file", "fifo", "stat", "sub/x" }[i], i == 4 ? AT_REMOVEDIR : 0);
	unlinkat(dir, "sub", AT_REMOVEDIR);
	rmdir(folder);
}

static void test_fresh(void)
{
	cleanup_buf struct buf out = { 0 };
	pid_t pid = reference_begin();

	check(pid > 0, "a fresh process is made");
	reference_end(pid);
	check(kill(pid, 0) == -1, "and gone afterwards");
	check(!reference_read("status", &out) && strstr(out.p, "\nTracerPid:\t0\n"), "its status is read");
	check(!reference_read("ns/net", &out) && !strncmp(out.p, "net:[", 5), "its namespaces too");
	check(!reference_read("none", &out) && !out.len, "what it does not have is empty");
}

int main(void)
{
	test_status();
	test_limits();
	test_names();
	test_files();
	test_fresh();
	arena_free(&arena);
	return failures != 0;
}
