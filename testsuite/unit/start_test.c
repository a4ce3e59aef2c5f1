/*
 * start_test.c - pointers in constant tables are right when the program starts, and nobody can write to them any more.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const words[] = { "one", "two", "three", "four" };
static const char *const *volatile table = words;
static const char *const *const tables[] = { words + 1, words + 2 };

static int pass(const char *title, int good)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", title);
	return !good;
}

static int writing_kills(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		*(const char *volatile *)(uintptr_t)table = "five";
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

int main(void)
{
	int failed = 0;

	failed += pass("pointers in constant tables are right", !strcmp(table[0], "one") && !strcmp(table[3], "four"));
	failed += pass("pointers to pointers too", !strcmp(*tables[0], "two") && !strcmp(tables[1][1], "four"));
	failed += pass("a constant table cannot be written to", writing_kills());
	return failed != 0;
}
