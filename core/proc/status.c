/*
 * status.c - /proc/PID/status: a process for people, and the only text with its masks and capabilities.
 *
 *	Name:	sleep
 *	Umask:	0022
 *	State:	S (sleeping)
 *	TracerPid:	0
 *	Uid:	0	0	0	0
 *	Groups:	4 24
 *	SigIgn:	0000000000000006
 *	THP_enabled:	1
 *	untag_mask:	0xffffffffffffffff
 *
 * proc_pid_status(5)
 */
#include <string.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define ROW(key, member, kind) \
	{ key, FIELD_##kind, sizeof(((struct proc_status *)0)->member), offsetof(struct proc_status, member), 0 }

/* The first REQUIRED rows are in every status of every kernel since 4.10, zombies included. */
#define REQUIRED 15
static const struct field rows[] = {
	ROW("Tgid", tgid, I64),
	ROW("Pid", pid, I64),
	ROW("PPid", ppid, I64),
	ROW("TracerPid", tracer, I64),
	ROW("SigPnd", sig_pnd, HEX),
	ROW("ShdPnd", shd_pnd, HEX),
	ROW("SigBlk", sig_blk, HEX),
	ROW("SigIgn", sig_ign, HEX),
	ROW("SigCgt", sig_cgt, HEX),
	ROW("CapInh", cap_inh, HEX),
	ROW("CapPrm", cap_prm, HEX),
	ROW("CapEff", cap_eff, HEX),
	ROW("CapBnd", cap_bnd, HEX),
	ROW("CapAmb", cap_amb, HEX),
	ROW("NoNewPrivs", no_new_privs, U64),
	ROW("Umask", umask, OCT),
	ROW("Groups", groups, LIST),
	ROW("NSpid", nspid, LIST),
	ROW("VmRSS", vm_rss_kb, U64),
	ROW("Threads", threads, U64),
	ROW("Seccomp", seccomp, U64),
	ROW("Seccomp_filters", seccomp_filters, U64),
	ROW("THP_enabled", thp_enabled, U64),
	ROW("untag_mask", untag_mask, HEX),
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Lines that are no single number. */
enum { LINE_STATE = ROWS, LINE_UID, LINE_GID, LINE_FEATURES, LINE_LOCKED, LINES };
static const char *const other_lines[] = {
	"State", "Uid", "Gid", "x86_Thread_features", "x86_Thread_features_locked",
};

static int take_number(const struct field *f, const char *p, struct proc_status *out)
{
	unsigned base = f->type == FIELD_HEX ? 16 : f->type == FIELD_OCT ? 8 : 10;
	uint64_t u;
	int64_t i;

	if (f->type == FIELD_I64) {
		if (text_i64(&p, &i))
			return -1;
		u = (uint64_t)i;
	} else {
		if (base == 16 && p[0] == '0' && p[1] == 'x')
			p += 2;
		if (text_u64(&p, base, &u))
			return -1;
	}
	if (!strncmp(f->name, "Vm", 2) && text_literal(&p, " kB"))
		return -1;
	return *p ? -1 : field_set(f, out, u);
}

static int take_ids(const char *p, uint32_t ids[4])
{
	int i;

	for (i = 0; i < 4; i++)
		if ((i && text_gap(&p)) || text_u32(&p, 10, &ids[i]))
			return -1;
	return *p ? -1 : 0;
}

static uint32_t take_features(const char *p)
{
	uint32_t features = 0;

	for (; *p; p += strspn(p, " \t")) {
		size_t len = text_word_length(p);

		if (len == 5 && !strncmp(p, "shstk", len))
			features |= PROC_FEATURE_SHSTK;
		else if (len == 4 && !strncmp(p, "wrss", len))
			features |= PROC_FEATURE_WRSS;
		else
			features |= PROC_FEATURE_UNKNOWN;
		p += len;
	}
	return features;
}

static int take_line(struct arena *a, unsigned line, const char *value, struct proc_status *out)
{
	switch (line) {
	case LINE_STATE:
		out->state = value[0];
		return value[0] && value[1] == ' ' && value[2] == '(' ? 0 : -1;
	case LINE_UID:
		return take_ids(value, out->uid);
	case LINE_GID:
		return take_ids(value, out->gid);
	case LINE_FEATURES:
		out->thread_features = take_features(value);
		return 0;
	case LINE_LOCKED:
		out->thread_features_locked = take_features(value);
		return 0;
	}
	if (rows[line].type == FIELD_LIST)
		return proc_list_parse(a, value, (struct u64_list *)((char *)out + rows[line].offset));
	return take_number(&rows[line], value, out);
}

/* A status has twice as many lines, and there is one of each thread. */
static int is_same(const char *name, const char *key)
{
	return name[0] == key[0] && !strcmp(name, key);
}

static unsigned line_of(const char *key)
{
	unsigned i;

	for (i = 0; i < ROWS; i++)
		if (is_same(rows[i].name, key))
			return i;
	for (i = 0; i < LINES - ROWS; i++)
		if (is_same(other_lines[i], key))
			return (unsigned)ROWS + i;
	return LINES;
}

static int seen_row(uint64_t seen, const char *key)
{
	return (seen >> line_of(key)) & 1;
}

static int take_pair(struct arena *a, const struct proc_pair *pair, struct proc_status *out, uint64_t *seen)
{
	unsigned line = line_of(pair->key);

	if (line == LINES)
		return 0;
	if (*seen & 1ull << line)
		return fail_plain("status: %s twice", pair->key);
	*seen |= 1ull << line;
	if (!take_line(a, line, pair->value, out))
		return 0;
	text_fail("status", pair->value);
	return fail_context("%s", pair->key);
}

int proc_status_parse(struct arena *a, const char *text, struct proc_status *out)
{
	uint64_t required = ((1ull << REQUIRED) - 1) | 1ull << LINE_STATE | 1ull << LINE_UID | 1ull << LINE_GID;
	cleanup_buf struct buf copy = { 0 };
	struct proc_pair pair;
	uint64_t seen = 0;
	char *rest;
	int r;

	*out = (struct proc_status){ 0 };
	buf_puts(&copy, text);
	if (buf_check(&copy))
		return -1;
	for (rest = copy.p; (r = proc_pair_next(&rest, &pair)) > 0; )
		if (take_pair(a, &pair, out, &seen))
			return -1;
	if (r < 0)
		return fail_context("status");
	if ((seen & required) != required)
		return fail_plain("status: lines are missing");
	out->has_umask = seen_row(seen, "Umask");
	out->has_thp = seen_row(seen, "THP_enabled");
	out->has_untag_mask = seen_row(seen, "untag_mask");
	return 0;
}

int proc_read_status(int dirfd, struct arena *a, struct proc_status *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "status", &text);

	return r ? r : proc_status_parse(a, text.p, out);
}

static const char cap_names[] =
	"CHOWN\0" "DAC_OVERRIDE\0" "DAC_READ_SEARCH\0" "FOWNER\0" "FSETID\0" "KILL\0" "SETGID\0" "SETUID\0" "SETPCAP\0"
	"LINUX_IMMUTABLE\0" "NET_BIND_SERVICE\0" "NET_BROADCAST\0" "NET_ADMIN\0" "NET_RAW\0" "IPC_LOCK\0" "IPC_OWNER\0"
	"SYS_MODULE\0" "SYS_RAWIO\0" "SYS_CHROOT\0" "SYS_PTRACE\0" "SYS_PACCT\0" "SYS_ADMIN\0" "SYS_BOOT\0" "SYS_NICE\0"
	"SYS_RESOURCE\0" "SYS_TIME\0" "SYS_TTY_CONFIG\0" "MKNOD\0" "LEASE\0" "AUDIT_WRITE\0" "AUDIT_CONTROL\0" "SETFCAP\0"
	"MAC_OVERRIDE\0" "MAC_ADMIN\0" "SYSLOG\0" "WAKE_ALARM\0" "BLOCK_SUSPEND\0" "AUDIT_READ\0" "PERFMON\0" "BPF\0"
	"CHECKPOINT_RESTORE\0";

const char *proc_capability_name(unsigned bit)
{
	const char *name = cap_names;

	for (; bit && *name; bit--)
		name += strlen(name) + 1;
	return *name ? name : NULL;
}
