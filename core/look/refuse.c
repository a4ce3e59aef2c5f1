/* refuse.c - findings about a descriptor, worded alike by all kinds; and which check knows a link. */
#include <stdarg.h>
#include <string.h>

#include "core/look/look.h"

static int refuse(struct report *r, enum verdict verdict, const char *id, pid_t pid, int fd, const char *remedy, const char *meaning,
		  va_list args)
{
	return report_add_list(r, verdict, id, pid, 0, report_object(r, "fd", fd), remedy, meaning, args);
}

int look_refuse(struct scan *s, const struct fd_look *l, const char *id, const char *remedy, const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = refuse(s->report, FINDING_REFUSED, id, l->pid, l->fd, remedy, meaning, args);
	va_end(args);
	return ret;
}

int file_refuse(struct report *r, const struct file *f, enum verdict verdict, const char *id, const char *remedy,
		const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = refuse(r, verdict, id, f->pid, f->fd, remedy, meaning, args);
	va_end(args);
	return ret;
}

static int has_link(const struct check *c, const char *link)
{
	for (const char *p = c->links; p && *p; p += strcspn(p, "|"), p += *p == '|') {
		size_t len = strcspn(p, "*|");

		if (!strncmp(p, link, len) && (p[len] == '*' || !link[len]))
			return 1;
	}
	return 0;
}

const struct check *look_check_of(const char *link)
{
	for (int i = 0; checks[i]; i++)
		if (has_link(checks[i], link))
			return checks[i];
	return NULL;
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
