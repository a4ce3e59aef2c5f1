/* children.c - see children.h. The file is there with CONFIG_PROC_CHILDREN. */
#include <stdio.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/children.h"
#include "core/proc/proc.h"

int children_add(struct child_list *c, struct arena *a, int dir, pid_t tid)
{
	struct u64_list kids = { 0 };
	char name[64];
	int ret;

	snprintf(name, sizeof(name), "task/%d/children", tid);
	ret = proc_read_list(dir, name, a, &kids);
	if (ret == PROC_ABSENT && access("/proc/thread-self/children", F_OK) < 0)
		return fail_plain("%s of a process is missing: this kernel lacks CONFIG_PROC_CHILDREN", name);
	for (size_t i = 0; !ret && i < kids.n; i++) {
		if (!arena_grow(a, &c->list.v, c->list.n, &c->cap, sizeof(*c->list.v)))
			return -1;
		c->list.v[c->list.n++] = kids.v[i] | (uint64_t)tid << 32;
	}
	return ret < 0 ? -1 : 0;
}
