/*
 * err.c - the record of what went wrong, one per thread.
 *
 *	cr: open /proc/4711/maps: Permission denied
 *	    `-------- the record ----------------'
 *
 * The record lives in fixed memory: reporting "out of memory" must not need any.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"

static __thread struct err_record record;

/* Names of files and processes are chosen by others: a record stays one line and cannot steer a terminal. */
static void store(enum status status, const char *text)
{
	char *to = record.text;
	size_t i;

	for (i = 0; text[i] && i < ERR_TEXT_MAX - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		to[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
	}
	to[i] = '\0';
	record.status = status;
}

/* The arguments may point into the record itself, so the sentence is made beside it. */
static int record_sentence(enum status status, const char *fmt, va_list args, const char *cause)
{
	int keep = errno;
	char text[ERR_TEXT_MAX];
	int n = vsnprintf(text, sizeof(text), fmt, args);

	if (n < 0)
		n = snprintf(text, sizeof(text), "%s", fmt);
	if (cause && (size_t)n < sizeof(text))
		snprintf(text + n, sizeof(text) - (size_t)n, ": %s", cause);
	store(status, text);
	errno = keep;
	return -1;
}

int fail(const char *fmt, ...)
{
	const char *cause = strerror(errno);
	va_list args;

	va_start(args, fmt);
	record_sentence(STATUS_SYSTEM, fmt, args, cause);
	va_end(args);
	return -1;
}

int fail_plain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	record_sentence(STATUS_SYSTEM, fmt, args, NULL);
	va_end(args);
	return -1;
}

int fail_refused(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	record_sentence(STATUS_REFUSED, fmt, args, NULL);
	va_end(args);
	return -1;
}

int fail_image(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	record_sentence(STATUS_BAD_IMAGE, fmt, args, NULL);
	va_end(args);
	return -1;
}

int fail_context(const char *fmt, ...)
{
	enum status status = record.status == STATUS_DONE ? STATUS_SYSTEM : record.status;
	const char *cause = record.status == STATUS_DONE ? NULL : record.text;
	va_list args;

	va_start(args, fmt);
	record_sentence(status, fmt, args, cause);
	va_end(args);
	return -1;
}

const char *err_text(void)
{
	return record.text;
}

enum status err_status(void)
{
	return record.status;
}

void err_set(enum status status, const char *text)
{
	store(status, text);
}

void err_keep(struct err_record *to)
{
	*to = record;
}

void err_restore(const struct err_record *from)
{
	record = *from;
}

void err_clear(void)
{
	record.status = STATUS_DONE;
	record.text[0] = '\0';
}
