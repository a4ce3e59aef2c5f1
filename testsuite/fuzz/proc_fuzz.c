/*
 * proc_fuzz.c - hostile text for every parser of core/proc; the first byte picks which one.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -I. testsuite/fuzz/proc_fuzz.c core/proc/[a-z]*.c core/base/[a-z]*.c core/look/reference.c core/look/unix_diag.c -o proc_fuzz
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/look/reference.h"
#include "core/look/unix_diag.h"
#include "core/proc/net.h"

/* Every string that is promised is touched, so that a wrong pointer shows. */
static volatile size_t touched;

static void touch(const char *s)
{
	touched += strlen(s);
}

static void touch_pairs(const struct proc_pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->n; i++) {
		touch(pairs->v[i].key);
		touch(pairs->v[i].value);
	}
}

static void fuzz_stat(struct arena *a, const char *text)
{
	struct proc_stat s;

	(void)a;
	if (!proc_stat_parse(text, &s))
		touch(s.comm);
}

static void fuzz_status(struct arena *a, const char *text)
{
	struct proc_status s;

	proc_status_parse(a, text, &s);
}

static void fuzz_maps(struct arena *a, const char *text)
{
	struct proc_maps m;
	size_t i;

	if (!proc_maps_parse(a, text, &m))
		for (i = 0; i < m.n; i++)
			touch(m.v[i].path);
}

static int touch_smap(void *ctx, const struct proc_smap *smap)
{
	(void)ctx;
	touch(smap->map.path);
	touch(smap->flags_text);
	if (smap->unknown_flags)
		touch(smap->unknown_flag);
	touch_pairs(&smap->unknown);
	return 0;
}

static void fuzz_smaps(struct arena *a, const char *text)
{
	uint64_t end = 0;

	(void)a;
	proc_smaps_each(text, &end, touch_smap, NULL);
}

static void fuzz_locks(struct arena *a, const char *text)
{
	struct proc_locks l;

	proc_locks_parse(a, text, &l);
}

static void fuzz_fdinfo(struct arena *a, const char *text)
{
	struct proc_fdinfo f;

	if (!proc_fdinfo_parse(a, text, &f))
		touch_pairs(&f.other);
}

static void fuzz_mountinfo(struct arena *a, const char *text)
{
	struct proc_mounts m;
	size_t i;

	if (proc_mountinfo_parse(a, text, &m))
		return;
	proc_mount_by_id(&m, 1);
	for (i = 0; i < m.n; i++) {
		touch(m.v[i].root);
		touch(m.v[i].mountpoint);
		touch(m.v[i].options);
		touch(m.v[i].optional);
		touch(m.v[i].fstype);
		touch(m.v[i].source);
		touch(m.v[i].super_options);
	}
}

static void fuzz_limits(struct arena *a, const char *text)
{
	struct proc_limits l;
	size_t i;

	if (!proc_limits_parse(a, text, &l))
		for (i = 0; i < l.unknown.n; i++)
			touch(l.unknown.v[i]);
}

static void fuzz_cgroup(struct arena *a, const char *text)
{
	struct proc_cgroups c;
	size_t i;

	if (proc_cgroup_parse(a, text, &c))
		return;
	for (i = 0; i < c.n; i++) {
		touch(c.v[i].controllers);
		touch(c.v[i].path);
	}
}

static void fuzz_small(struct arena *a, const char *text)
{
	struct proc_inode_link link;
	struct proc_timers timers;
	struct proc_syscall call;
	struct u64_list list;
	uint64_t u;
	int64_t i;

	if (!proc_inode_link_parse(text, &link))
		touch(link.type);
	proc_timers_parse(a, text, &timers);
	proc_syscall_parse(text, &call);
	proc_u64_parse(text, 10, &u);
	proc_u64_parse(text, 16, &u);
	proc_i64_parse(text, &i);
	proc_list_parse(a, text, &list);
}

static void fuzz_inet(struct arena *a, const char *text)
{
	struct proc_inet_table t;
	cleanup_buf struct buf shown = { 0 };
	size_t i;

	proc_inet_format(text, &shown);
	if (proc_net_inet_parse(a, text, &t))
		return;
	for (i = 0; i < t.n; i++)
		if (proc_inet_format(t.v[i].local, &shown) || proc_inet_format(t.v[i].remote, &shown))
			abort();
}

static void fuzz_tables(struct arena *a, const char *text)
{
	struct proc_unix_table u;
	struct proc_netlink_table n;
	struct proc_packet_table p;
	size_t i;

	if (!proc_net_unix_parse(a, text, &u))
		for (i = 0; i < u.n; i++)
			touch(u.v[i].path);
	proc_net_netlink_parse(a, text, &n);
	proc_net_packet_parse(a, text, &p);
}

static void fuzz_names(struct arena *a, const char *text)
{
	struct proc_ipc_objects objects;
	struct proc_groups groups;
	struct proc_names names;
	size_t i;

	proc_sysvipc_parse(a, text, &objects);
	proc_net_igmp_parse(a, text, &groups);
	proc_net_igmp6_parse(a, text, &groups);
	if (!proc_net_dev_parse(a, text, &names))
		for (i = 0; i < names.n; i++)
			touch(names.v[i]);
}

static int found(void *ctx, const char *key, const char *value, const char *fresh)
{
	touch(key);
	touch(value);
	touch(fresh);
	return 0;
}

static const char *fresh(void *ctx)
{
	return ctx;
}

static void fuzz_reference(struct arena *a, const char *text)
{
	const char *half = text + strlen(text) / 2;

	reference_status(a, text, fresh, found, (void *)half);
	reference_limits(a, text, fresh, found, (void *)half);
}

static void (*const parsers[])(struct arena *, const char *) = {
	fuzz_stat, fuzz_status, fuzz_maps, fuzz_smaps, fuzz_locks, fuzz_fdinfo, fuzz_mountinfo, fuzz_limits,
	fuzz_cgroup, fuzz_small, fuzz_inet, fuzz_tables, fuzz_names, fuzz_reference,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = 64u << 20 };
	struct unix_diag d;
	char *text;

	if (!size)
		return 0;
	unix_diag_parse(data + 1, size - 1, &d);	/* bytes, not a text */
	/* Exactly as long as it is, so that the sanitizer sees a step behind the end. */
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	err_clear();
	parsers[data[0] % (sizeof(parsers) / sizeof(parsers[0]))](&a, text);
	arena_free(&a);
	free(text);
	return 0;
}
