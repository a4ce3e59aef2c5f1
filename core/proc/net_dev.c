/*
 * net_dev.c - /proc/PID/net/dev: the network devices of a namespace, by name.
 *
 *	Inter-|   Receive                                                |  Transmit
 *	 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
 *	    lo: 1234567    8901    0    0    0     0          0         0  1234567    8901    0    0    0     0       0          0
 *
 * proc_pid_net(5)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/net.h"
#include "core/proc/text.h"

/* A name may hold any byte but a blank, '/' and ':'. */
static int take_name(struct arena *a, const char *line, char **out)
{
	size_t len;

	text_blanks(&line);
	len = strcspn(line, ": \t\n");
	if (!len || line[len] != ':')
		return text_fail("net/dev", line);
	*out = arena_strndup(a, line, len);
	return *out ? 0 : -1;
}

int proc_net_dev_parse(struct arena *a, const char *text, struct proc_names *out)
{
	const char *whole = text;
	size_t cap = 0;

	*out = (struct proc_names) { 0 };
	for (int i = 0; i < 2; i++) {
		size_t len = text_line_length(text);

		if (!memchr(text, '|', len) || text[len] != '\n')
			return text_fail("net/dev", whole);
		text += len + 1;
	}
	while (*text) {
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)) || take_name(a, text, &out->v[out->n]))
			return -1;
		out->n++;
		text += text_line_length(text);
		text += *text == '\n';
	}
	return 0;
}

int proc_read_net_dev(int dirfd, struct arena *a, struct proc_names *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "net/dev", &text);

	return r ? r : proc_net_dev_parse(a, text.p, out);
}
