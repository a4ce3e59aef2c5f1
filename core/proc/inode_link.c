/*
 * inode_link.c - links that name what they lead to by a type and a number.
 *
 *	fd/3 -> pipe:[29321]
 *	ns/mnt -> mnt:[4026531841]
 *
 * proc_pid_fd(5), namespaces(7)
 */
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
