/*
 * stdio.c - standard output and standard error for a static program, and nothing else of stdio(3): no locks, no other streams. See libc.c.
 *
 * What is printed to a terminal goes out line by line, else when the buffer is full or flushed; to standard error at once.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct _IO_FILE {			/* FILE, as musl names it */
	int fd;
	char failed, asked, by_line;
};

static char buffer[1024];		/* of standard output: so many bytes are in it */
static size_t used;
static struct _IO_FILE out = { .fd = STDOUT_FILENO }, err = { .fd = STDERR_FILENO };
FILE *const stdout = &out;
FILE *const stderr = &err;

static void write_all(FILE *f, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(f->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			f->failed = 1;
			return;
		}
		p += n;
		len -= (size_t)n;
	}
}

int fflush(FILE *f)
{
	size_t n = f == &out ? used : 0;

	used -= n;
	write_all(f, buffer, n);
	return f->failed ? EOF : 0;
}

static int is_by_line(FILE *f)
{
	int before = errno;

	if (!f->asked)
		f->by_line = (char)isatty(f->fd);
	f->asked = 1;
	errno = before;
	return f->by_line;
}

size_t fwrite(const void *restrict from, size_t size, size_t n, FILE *restrict f)
{
	const char *p = from;
	size_t len = size * n;

	if (f == &out && used + len > sizeof(buffer))
		fflush(f);
	if (f == &err || len > sizeof(buffer)) {
		write_all(f, p, len);
		return f->failed ? 0 : n;
	}
	memcpy(buffer + used, p, len);
	used += len;
	if (len && p[len - 1] == '\n' && is_by_line(f))
		fflush(f);
	return f->failed ? 0 : n;
}

int fputs(const char *restrict text, FILE *restrict f)
{
	size_t len = strlen(text);

	return fwrite(text, 1, len, f) == len ? 0 : EOF;
}

int putchar(int c)
{
	char byte = (char)c;

	return fwrite(&byte, 1, 1, stdout) == 1 ? (unsigned char)byte : EOF;
}

int (puts)(const char *text)
{
	fputs(text, stdout);
	return putchar('\n') == EOF ? EOF : 0;
}

int fputc(int c, FILE *f)
{
	char byte = (char)c;

	return fwrite(&byte, 1, 1, f) == 1 ? (unsigned char)byte : EOF;
}

int ferror(FILE *f)
{
	return f->failed;
}

int fileno(FILE *f)
{
	return f->fd;
}
