/* refuse.c - findings about a descriptor, worded alike by all kinds. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/look/look.h"

int look_refuse(struct scan *s, const struct fd_look *l, const char *id, const char *remedy, const char *meaning, ...)
{
	char object[32], text[1024];
	va_list ap;

	va_start(ap, meaning);
	vsnprintf(text, sizeof(text), meaning, ap);
	va_end(ap);
	snprintf(object, sizeof(object), "fd %d", l->fd);
	return report_add(s->report, FINDING_REFUSED, id, l->pid, 0, object, remedy, "%s", text);
}

int file_refuse(struct report *r, const struct file *f, enum verdict verdict, const char *id, const char *remedy,
		const char *meaning, ...)
{
	char object[32], text[1024];
	va_list ap;

	va_start(ap, meaning);
	vsnprintf(text, sizeof(text), meaning, ap);
	va_end(ap);
	snprintf(object, sizeof(object), "fd %d", f->fd);
	return report_add(r, verdict, id, f->pid, 0, object, remedy, "%s", text);
}

const char *look_quote(struct arena *a, const char *text)
{
	cleanup_buf struct buf b = { 0 };
	const char *quoted;

	buf_put_escaped(&b, text ? text : "");
	quoted = b.failed || !b.p ? NULL : arena_strdup(a, b.p);
	return quoted ? quoted : "?";
}

int look_is_deleted(const char *text)
{
	static const char suffix[] = " (deleted)";
	size_t len = strlen(text), n = sizeof(suffix) - 1;

	return len > n && !strcmp(text + len - n, suffix);
}
