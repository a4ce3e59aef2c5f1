/*
 * pairs.c - lines of a key and a value, as status and fdinfo have them.
 *
 *	Name:	sleep
 *	Umask:	0022
 *	settime flags: 01
 */
#include <string.h>

#include "core/proc/proc.h"
#include "core/proc/text.h"

static char *trim(char *from, char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	*to = '\0';
	return from;
}

int proc_pairs_parse(struct arena *a, const char *text, struct proc_pairs *out)
{
	char *line = arena_strdup(a, text);
	size_t cap = 0;

	*out = (struct proc_pairs){ 0 };
	if (!line)
		return -1;
	while (*line) {
		char *end = line + text_line_length(line);
		char *next = *end ? end + 1 : end;
		char *colon = memchr(line, ':', (size_t)(end - line));

		if (!colon || colon == line)
			return text_fail("key and value", line);
		out->v = arena_grow(a, out->v, out->n, &cap, sizeof(*out->v));
		if (!out->v)
			return -1;
		*colon = '\0';
		out->v[out->n].key = line;
		out->v[out->n++].value = trim(colon + 1, end);
		line = next;
	}
	return 0;
}

const char *proc_pairs_get(const struct proc_pairs *pairs, const char *key)
{
	size_t i;

	for (i = 0; i < pairs->n; i++)
		if (!strcmp(pairs->v[i].key, key))
			return pairs->v[i].value;
	return NULL;
}
