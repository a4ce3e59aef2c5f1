/* stdio_test.c - core/base/stdio.c, compiled here under other names: what is printed arrives once and in order, and what cannot is told. */
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define _IO_FILE our_file
#define FILE struct our_file
#undef stdout
#undef stderr
#define stdout our_stdout
#define stderr our_stderr
#define fflush our_fflush
#define fwrite our_fwrite
#define fputs our_fputs
#define fputc our_fputc
#define putchar our_putchar
#define puts our_puts
#define ferror our_ferror
#define fileno our_fileno
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "core/base/stdio.c"

static char got[100000];

/* What has arrived at the other end by now. */
static size_t arrived(int fd)
{
	size_t n = 0;
	ssize_t more;

	while ((more = recv(fd, got + n, sizeof(got) - n, MSG_DONTWAIT)) > 0)
		n += (size_t)more;
	return n;
}

static int is(int fd, const char *text)
{
	size_t n = arrived(fd);

	return n == strlen(text) && !memcmp(got, text, n);
}

/* Pieces of all lengths, each of letters of its own. */
static int pieces_arrive(int fd)
{
	static char sent[100000], piece[3000];
	size_t n = 0;

	for (size_t len = 0; n + len <= sizeof(sent) && len < sizeof(piece); len += 37) {
		memset(piece, 'a' + (int)(len % 26), len);
		memcpy(sent + n, piece, len);
		if (our_fwrite(piece, 1, len, our_stdout) != len)
			return 0;
		n += len;
		if (n % 3 == 0 && our_fflush(our_stdout))
			return 0;
	}
	return !our_fflush(our_stdout) && arrived(fd) == n && !memcmp(got, sent, n);
}

static void test_terminal(void)
{
	int master, slave;
	char text[20] = "";

	if (openpty(&master, &slave, NULL, NULL, NULL)) {
		printf("SKIP: a terminal is written line by line: there is none\n");
		return;
	}
	fcntl(master, F_SETFL, O_NONBLOCK);
	out = (struct our_file) { .fd = slave };
	our_fputs("half", our_stdout);
	check(read(master, text, sizeof(text)) < 0, "half a line to a terminal waits");
	our_puts(" done");
	check(read(master, text, sizeof(text) - 1) == 11 && !strcmp(text, "half done\r\n"), "a whole one is there at once");
}

int main(void)
{
	int ends[2], full = open("/dev/full", O_WRONLY);

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || full < 0)
		return 1;
	out.fd = err.fd = ends[0];
	our_puts("one");
	our_putchar('2');
	our_fputc('\n', our_stdout);
	check(is(ends[1], ""), "what is printed waits for more");
	our_fputs("error\n", our_stderr);
	check(is(ends[1], "error\n"), "an error does not");
	check(!our_fflush(our_stdout) && is(ends[1], "one\n2\n") && !our_fflush(our_stdout) && is(ends[1], ""), "all of it arrives, once");
	check(pieces_arrive(ends[1]), "pieces of any size arrive in order");
	check(!our_ferror(our_stdout) && !our_ferror(our_stderr) && our_fileno(our_stdout) == ends[0], "and nothing went wrong");
	out = (struct our_file) { .fd = full };
	check(our_puts("lost") >= 0 && our_fflush(our_stdout) == EOF && errno == ENOSPC && our_ferror(our_stdout), "a full disk is told, and why");
	test_terminal();
	return failures;
}
