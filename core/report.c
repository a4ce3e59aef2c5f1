/* report.c - everything that was found, all of it at once. See unit.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/unit.h"

#define FINDINGS_MAX 2000

static int same(const struct finding *f, const char *id, pid_t pid, pid_t tid, const char *object, const char *meaning)
{
	return f->pid == pid && f->tid == tid && !strcmp(f->id, id) && !strcmp(f->object, object) && !strcmp(f->meaning, meaning);
}

int report_names(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (!strncmp(p, name, len) && (p[len] == ',' || !p[len]))
			return 1;
	return 0;
}

int report_add_list(struct report *r, enum verdict verdict, const char *id, pid_t pid, pid_t tid, const char *object,
		    const char *remedy, const char *meaning, va_list args)
{
	char text[4096];
	struct finding *f;

	vsnprintf(text, sizeof(text), meaning, args);
	if (verdict == FINDING_REFUSED && report_names(r->allowed, id))
		verdict = FINDING_LOST;
	for (size_t i = 0; i < r->n; i++)
		if (same(&r->findings[i], id, pid, tid, object ? object : "", text))
			return 0;
	if (r->n >= FINDINGS_MAX) {	/* nobody reads more; and each is compared with all */
		r->refused += verdict == FINDING_REFUSED;
		return 0;
	}
	f = arena_grow(r->arena, &r->findings, r->n, &r->cap, sizeof(*f));
	if (!f)
		return -1;
	*f = (struct finding) { verdict, arena_strdup(r->arena, id), pid, tid, arena_strdup(r->arena, object ? object : ""),
				arena_strdup(r->arena, text), remedy ? arena_strdup(r->arena, remedy) : "" };
	if (!f->id || !f->object || !f->meaning || !f->remedy)
		return -1;
	r->n++;
	r->refused += verdict == FINDING_REFUSED;
	return 0;
}

int report_add(struct report *r, enum verdict verdict, const char *id, pid_t pid, pid_t tid, const char *object,
	       const char *remedy, const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = report_add_list(r, verdict, id, pid, tid, object, remedy, meaning, args);
	va_end(args);
	return ret;
}

int report_refuse(struct report *r, const char *id, pid_t pid, const char *object, const char *remedy, const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = report_add_list(r, FINDING_REFUSED, id, pid, 0, object, remedy, meaning, args);
	va_end(args);
	return ret;
}

int report_refuse_thread(struct report *r, const char *id, pid_t pid, pid_t tid, const char *remedy, const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = report_add_list(r, FINDING_REFUSED, id, pid, tid, "", remedy, meaning, args);
	va_end(args);
	return ret;
}

const char *report_object(struct report *r, const char *what, long long number)
{
	char text[64];
	const char *object;

	snprintf(text, sizeof(text), "%s %lld", what, number);
	object = arena_strdup(r->arena, text);
	return object ? object : "?";
}

size_t report_features(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t j = 0;

		while (j < i && (r->findings[j].verdict != FINDING_REFUSED || strcmp(r->findings[j].id, r->findings[i].id)))
			j++;
		n += r->findings[i].verdict == FINDING_REFUSED && j == i;
	}
	return n;
}

void *state_alloc(struct scan *s, struct state *out, size_t n, size_t size)
{
	out->items = arena_alloc(&s->model->arena, n * size);
	out->n = out->items ? n : 0;
	return out->items;
}
