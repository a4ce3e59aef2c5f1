/* texts.c - unpacks what is squeezed, and finds what belongs to a name. See texts.h. */
#include <string.h>

#include "build/texts.h"
#include "core/base/squeeze.h"
#include "core/texts.h"

const char *texts_unpack(struct arena *a, enum texts which)
{
	size_t size = which == TEXTS_ALL ? SQUEEZED_SIZE : SQUEEZED_FIRST;
	char *text = arena_alloc(a, size + 1);

	if (!text || unsqueeze(squeezed, sizeof(squeezed), text, size) < 0)
		return NULL;
	for (size_t i = 0; i < size; i++)
		text[i] = text[i] == '\t' ? '\0' : text[i];
	return text;
}

/*
 * Seven strings, of which the first says where the name stands; "" is none. An empty one instead of that is the end.
 *
 *	checks/sysv_msg\0 msgget\0 /proc/sysvipc/msg: of another ...\0 \0 msg_next_id, and ...\0 Queues of msgget(2)...\0 checks/sysv_sem\0 ...
 */
void texts_find(const char *texts, const char *folder, const char *name, struct text *t)
{
	const char **const members[] = { &t->title, &t->also, &t->how, &t->condition, &t->takes, &t->page };
	size_t len = strlen(folder);

	*t = (struct text) { 0 };
	for (const char *p = texts; *p;) {
		int found = !strncmp(p, folder, len) && !strcmp(p + len, name);

		for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
			p += strlen(p) + 1;
			if (found && *p)
				*members[i] = p;
		}
		if (found)
			return;
		p += strlen(p) + 1;
	}
}

int texts_print(FILE *out, const char *name, enum texts which)
{
	struct arena arena = { 0 };
	const char *texts = texts_unpack(&arena, which);
	struct text text;

	if (texts) {
		texts_find(texts, "applets/", name, &text);
		fputs(text.page, out);
	}
	arena_free(&arena);
	return texts ? 0 : -1;
}
