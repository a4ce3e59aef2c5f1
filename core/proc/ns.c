/*
 * ns.c - namespaces: the links in /proc/PID/ns, and the offsets and maps of time and user namespaces.
 *
 *	ns/mnt -> mnt:[4026531841]
 *
 *	monotonic           1000         0		(timens_offsets: of the namespace for children)
 *	boottime              -7 500000000
 *
 *	         0     100000      65536		(uid_map, gid_map: inside, outside, count)
 *
 * namespaces(7), time_namespaces(7), user_namespaces(7)
 */
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

int proc_inode_link_parse(const char *text, struct proc_inode_link *out)
{
	size_t len = strcspn(text, ":");
	const char *p = text + len;

	*out = (struct proc_inode_link){ 0 };
	if (!len || len >= sizeof(out->type) || text_literal(&p, ":["))
		return text_fail("link", text);
	if (text_u64(&p, 10, &out->inode) || text_literal(&p, "]") || *p)
		return text_fail("link", text);
	memcpy(out->type, text, len);
	return 0;
}

int proc_read_ns(int dirfd, const char *name, struct proc_inode_link *out)
{
	cleanup_buf struct buf link = { 0 };
	char path[64];
	int r;

	if (snprintf(path, sizeof(path), "ns/%s", name) >= (int)sizeof(path))
		return fail_plain("no namespace has the name %.40s", name);
	r = proc_read_link(dirfd, path, &link);
	return r ? r : proc_inode_link_parse(link.p, out);
}

static int take_offset(const char **p, int64_t *sec, uint32_t *nsec)
{
	if (text_gap(p) || text_i64(p, sec) || text_gap(p) || text_u32(p, 10, nsec) || *nsec > 999999999)
		return -1;
	return text_end(p);
}

int proc_timens_parse(const char *text, struct proc_timens *out)
{
	unsigned seen = 0;

	*out = (struct proc_timens){ 0 };
	while (*text) {
		const char *line = text;
		unsigned which;
		int bad;

		if (!text_literal(&text, "monotonic")) {
			which = 1;
			bad = take_offset(&text, &out->monotonic_sec, &out->monotonic_nsec);
		} else if (!text_literal(&text, "boottime")) {
			which = 2;
			bad = take_offset(&text, &out->boottime_sec, &out->boottime_nsec);
		} else {
			return text_fail("timens_offsets", line);
		}
		if (bad || seen & which)
			return text_fail("timens_offsets", line);
		seen |= which;
	}
	return seen == 3 ? 0 : fail_plain("timens_offsets: lines are missing");
}

int proc_read_timens(int dirfd, struct proc_timens *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "timens_offsets", &text);

	return r ? r : proc_timens_parse(text.p, out);
}

int proc_id_map_parse(struct arena *a, const char *text, struct proc_id_map *out)
{
	size_t cap = 0;

	*out = (struct proc_id_map){ 0 };
	while (*text) {
		const char *line = text;
		struct proc_id_range *r = arena_grow(a, &out->v, out->n, &cap, sizeof(*r));

		if (!r)
			return -1;
		out->n++;
		text_blanks(&text);
		if (text_u32(&text, 10, &r->inside) || text_gap(&text) ||
		    text_u32(&text, 10, &r->outside) || text_gap(&text) ||
		    text_u32(&text, 10, &r->count) || text_end(&text))
			return text_fail("id map", line);
	}
	return 0;
}

int proc_read_id_map(int dirfd, const char *name, struct arena *a, struct proc_id_map *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, name, &text);

	return r ? r : proc_id_map_parse(a, text.p, out);
}
