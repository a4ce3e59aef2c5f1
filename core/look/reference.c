/* reference.c - what is not known, compared with a process that has done nothing yet. See reference.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/base/words.h"
#include "core/look/reference.h"
#include "core/proc/text.h"

/* ---- a fresh process ---- */

pid_t reference_begin(void)
{
	pid_t parent = getpid(), pid = io_fork();

	if (pid < 0)
		return fail("fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

void reference_end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

/* A link is what it says, a folder the names in it; a file that a new kernel has is not waited for. */
int reference_read_of(int dir, const char *name, struct buf *out)
{
	cleanup_fd int fd = -1;
	struct arena arena = { 0 };
	struct proc_names names;
	char part[4096];
	ssize_t n;
	int ret;

	if (!proc_read_link(dir, name, out))
		return PROC_OK;
	err_clear();
	buf_clear(out);
	ret = proc_read_names(dir, name, &arena, &names);
	for (size_t i = 0; !ret && i < names.n; i++)
		buf_printf(out, "%s\n", names.v[i]);
	arena_free(&arena);
	if (!ret)
		return buf_check(out) ? PROC_ERROR : PROC_OK;
	err_clear();
	ret = proc_open_file(dir, name, O_RDONLY | O_NONBLOCK, &fd);
	if (ret)
		return ret;
	n = read(fd, part, sizeof(part));
	if (n > 0)
		buf_add(out, part, (size_t)n);
	return buf_check(out) ? PROC_ERROR : PROC_OK;
}

int reference_read(const char *name, struct buf *out)
{
	pid_t pid = reference_begin();
	cleanup_fd int dir = -1;
	int ret;

	if (pid < 0)
		return -1;
	ret = proc_open(pid, &dir);
	if (!ret)
		ret = reference_read_of(dir, name, out);
	reference_end(pid);
	return ret == PROC_ERROR ? -1 : 0;
}

/* ---- keys of status ---- */

/* In the kernel's order, so that looking up the lines of a status one after the other takes one pass. */
static const char keys[] =
	"Name Umask State Tgid Ngid Pid PPid TracerPid Uid Gid FDSize Groups NStgid NSpid NSpgid NSsid Kthread VmPeak VmSize VmLck VmPin VmHWM "
	"VmRSS RssAnon RssFile RssShmem VmData VmStk VmExe VmLib VmPTE VmPMD VmSwap HugetlbPages CoreDumping THP_enabled untag_mask Threads SigQ "
	"SigPnd ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp Seccomp_filters Speculation_Store_Bypass "
	"SpeculationIndirectBranch Cpus_allowed Cpus_allowed_list Mems_allowed Mems_allowed_list voluntary_ctxt_switches "
	"nonvoluntary_ctxt_switches x86_Thread_features x86_Thread_features_locked";

/* *NEXT is the key that is to be expected. */
static int is_known(const char *line, size_t len, const char **next)
{
	const char *at = *next;

	do {
		int found = words_length(at) == len && !memcmp(at, line, len);

		at = words_next(at);
		at = *at ? at : keys;
		if (found) {
			*next = at;
			return 1;
		}
	} while (at != *next);
	return 0;
}

/* No value, whatever it looks like. */
static const char absent[] = "none", untold[] = "?";

/* The rest of the line behind the first LEN bytes of one that begins like LINE. ABSENT: TEXT has none; UNTOLD: there is no TEXT. */
static const char *value_in(struct arena *a, const char *text, const char *line, size_t len)
{
	if (!text)
		return untold;
	for (const char *p = text; *p; p += text_line_length(p), p += *p == '\n')
		if (!strncmp(p, line, len)) {
			p += len;
			p += strspn(p, " \t");
			len = text_line_length(p);
			while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
				len--;
			return arena_strndup(a, p, len);
		}
	return absent;
}

/* LEN: of the key and what divides it from the value. */
static int compare_line(struct arena *a, const char *line, size_t keylen, size_t len, const char *fresh, reference_found_fn *found, void *ctx)
{
	const char *key = arena_strndup(a, line, keylen), *value = value_in(a, line, line, len);
	const char *other = value_in(a, fresh, line, len);

	if (!key || !value || !other)
		return -1;
	return other != absent && other != untold && !strcmp(value, other) ? 0 : found(ctx, key, value, other);
}

int reference_status(struct arena *a, const char *text, reference_fresh_fn *fresh, reference_found_fn *found, void *ctx)
{
	const char *next = keys;
	int ret = 0;

	for (const char *p = text; *p && !ret; p += text_line_length(p), p += *p == '\n') {
		size_t len = strcspn(p, ":\n");

		if (!len || !is_known(p, len, &next))
			ret = compare_line(a, p, len, len + (p[len] == ':'), fresh(ctx), found, ctx);
	}
	return ret;
}

#define LIMIT_NAME_WIDTH 26		/* with the space behind */

int reference_limits(struct arena *a, const char *text, reference_fresh_fn *fresh, reference_found_fn *found, void *ctx)
{
	struct proc_limits limits;
	int ret = proc_limits_parse(a, text, &limits);

	for (size_t i = 0; !ret && i < limits.unknown.n; i++) {
		const char *name = limits.unknown.v[i], *line = text;
		size_t len = strlen(name);

		while (strncmp(line, name, len) || (line[len] != ' ' && len < LIMIT_NAME_WIDTH - 1))
			line += text_line_length(line) + 1;
		ret = compare_line(a, line, len, LIMIT_NAME_WIDTH, fresh(ctx), found, ctx);
	}
	return ret;
}

/* ---- names ---- */

static const char files[] =
	"arch_status attr autogroup auxv cgroup children clear_refs cmdline comm coredump_filter cpu_resctrl_groups cpuset cwd environ "
	"exe fail-nth fd fdinfo gid_map io ksm_merging_pages ksm_stat latency limits loginuid make-it-fail map_files maps mem "
	"mountinfo mounts mountstats net ns numa_maps oom_adj oom_score oom_score_adj pagemap patch_state personality projid_map root "
	"sched schedstat seccomp_cache sessionid setgroups smaps smaps_rollup stack stack_depth stat statm status syscall task "
	"timens_offsets timers timerslack_ns uid_map wchan";
static const char ns_names[] =
	"cgroup ipc mnt net pid pid_for_children time time_for_children user uts";
static const char attr_names[] =
	"current exec fscreate keycreate prev sockcreate apparmor smack selinux";

int reference_knows(const char *folder, const char *name)
{
	return words_have(!strcmp(folder, "ns") ? ns_names : !strcmp(folder, "attr") ? attr_names : files, name, strlen(name));
}
