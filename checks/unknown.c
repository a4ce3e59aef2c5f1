/*
 * unknown.c - what no unit recognises: keys of status, and names in ns/ and attr/, that came with a newer kernel.
 *
 * A key that is not known is compared with that of a process that has done nothing yet: equal is no state of this process.
 */
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

/* In the kernel's order, so that looking up the lines of a status one after the other takes one pass. */
static const char *const keys[] = {
	"Name", "Umask", "State", "Tgid", "Ngid", "Pid", "PPid", "TracerPid", "Uid", "Gid", "FDSize", "Groups", "NStgid", "NSpid",
	"NSpgid", "NSsid", "Kthread", "VmPeak", "VmSize", "VmLck", "VmPin", "VmHWM", "VmRSS", "RssAnon", "RssFile", "RssShmem",
	"VmData", "VmStk", "VmExe", "VmLib", "VmPTE", "VmPMD", "VmSwap", "HugetlbPages", "CoreDumping", "THP_enabled", "untag_mask",
	"Threads", "SigQ", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
	"NoNewPrivs", "Seccomp", "Seccomp_filters", "Speculation_Store_Bypass", "SpeculationIndirectBranch", "Cpus_allowed",
	"Cpus_allowed_list", "Mems_allowed", "Mems_allowed_list", "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches",
	"x86_Thread_features", "x86_Thread_features_locked",
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static int is_known(const char *line, size_t len, size_t *next)
{
	for (size_t i = 0; i < KEYS; i++) {
		size_t at = (*next + i) % KEYS;

		if (strlen(keys[at]) == len && !memcmp(keys[at], line, len)) {
			*next = at + 1;
			return 1;
		}
	}
	return 0;
}

/* What a fresh process says under KEY: "" when it does not have it. NULL: cannot be told. */
static const char *reference_value(struct scan *s, const char *key)
{
	pid_t pid = reference_begin();
	cleanup_fd int dir = -1;
	struct proc_status status;
	const char *value = NULL;

	if (pid > 0 && !proc_open(pid, &dir) && !proc_read_status(dir, &s->model->arena, &status)) {
		value = proc_pairs_get(&status.all, key);
		value = value ? value : "";
	}
	if (pid > 0)
		reference_end(pid);
	err_clear();
	return value;
}

static int look_at_key(struct scan *s, const struct thread_look *l, const char *line, size_t len)
{
	const char *key = arena_strndup(&s->model->arena, line, len), *value = line + len + 1, *other;

	value += strspn(value, " \t");
	value = arena_strndup(&s->model->arena, value, strcspn(value, "\n"));
	if (!key || !value)
		return -1;
	other = reference_value(s, key);
	if (other && !strcmp(other, value))
		return 0;
	return thread_refuse(s, l, "unknown", key, "use a newer cr", "its status says '%s: %s', which no unit of this cr knows; "
			     "a fresh process has '%s'", key, value, other ? other : "?");
}

int unknown_look(struct scan *s, const struct thread_look *l)
{
	size_t next = 0;

	for (const char *p = l->status; *p; p += *p == '\n') {
		size_t len = strcspn(p, ":\n");

		if (p[len] == ':' && !is_known(p, len, &next) && look_at_key(s, l, p, len) < 0)
			return -1;
		if (*p == 'C' && !strncmp(p, "CoreDumping:\t1", 14) &&
		    thread_refuse(s, l, "unknown", "", "nothing can be done: it is about to end", "it is writing a core dump") < 0)
			return -1;
		p += strcspn(p, "\n");
	}
	return 0;
}

/* Which names there are is the kernel's affair, the same for all: ours tell. */
static int look_at_names(struct scan *s, const char *folder, const char *const *known)
{
	struct proc_names names = { 0 };
	pid_t root = s->model->tasks[0]->pid;
	cleanup_fd int self = -1;
	int ret = proc_open(getpid(), &self);

	if (!ret)
		ret = proc_read_names(self, folder, &s->model->arena, &names);
	for (size_t i = 0; ret == 0 && i < names.n; i++) {
		const char *const *k = known;

		while (*k && strcmp(*k, names.v[i]))
			k++;
		if (!*k)
			ret = report_add(s->report, FINDING_REFUSED, "unknown", root, 0, names.v[i], "use a newer cr",
					 "this kernel has /proc/PID/%s/%s, which no unit of this cr knows", folder, names.v[i]);
	}
	return ret < 0 ? -1 : 0;
}

static const char *const ns_names[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts", NULL
};
static const char *const attr_names[] = {
	"current", "exec", "fscreate", "keycreate", "prev", "sockcreate", "apparmor", "smack", "selinux", NULL
};

static int scan(struct scan *s)
{
	if (look_at_names(s, "ns", ns_names) < 0 || look_at_names(s, "attr", attr_names) < 0)
		return -1;
	return threads_scan(s, unknown_look);
}

const struct check check_unknown = {
	.name = "unknown",
	.title = "anything no unit recognised",
	.how = "everything is whitelisted; keys of status are compared with those of a fresh process",
	.page =
		"Descriptors, flags, mappings, keys of /proc and names of namespaces that no unit of this cr knows.\n\n"
		"A newer kernel may have features that did not exist when cr was written. What is not known cannot be carried, and\n"
		"must not be lost in silence: it is refused, and the finding says what was seen. A key of /proc/PID/status that a\n"
		"fresh process shows with the same value is no state of this process and is let pass.",
	.scan = scan,
};
