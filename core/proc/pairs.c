/*
 * pairs.c - lines of a key and a value, as status has them.
 *
 *	Name:	sleep
 *	Umask:	0022
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

int proc_pair_next(char **text, struct proc_pair *out)
{
	char *line = *text;
	char *end = line + text_line_length(line);
	char *next = *end ? end + 1 : end;
	char *colon = memchr(line, ':', (size_t)(end - line));

	if (!*line)
		return 0;
	if (!colon || colon == line)
		return text_fail("key and value", line);
	*colon = '\0';
	out->key = line;
	out->value = trim(colon + 1, end);
	*text = next;
	return 1;
}

const char *proc_pairs_get(const struct proc_pairs *pairs, const char *key)
{
	size_t i;

	for (i = 0; i < pairs->n; i++)
		if (!strcmp(pairs->v[i].key, key))
			return pairs->v[i].value;
	return NULL;
}
