/*
 * syscall.c - /proc/PID/syscall: where a task is blocked.
 *
 *	230 0x0 0x0 0x7fffb60250d0 0x7fffb6025110 0x0 0x0 0x7fffb60250b8 0x7f5a33900503
 *	-1 0x7ffd4d2c9018 0x55c6fa9b6a30
 *	running
 *
 * proc_pid_syscall(5)
 */
#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

static int take_hex(const char **p, uint64_t *out)
{
	return text_literal(p, " 0x") || text_u64(p, 16, out);
}

int proc_syscall_parse(const char *text, struct proc_syscall *out)
{
	const char *p = text;
	int i;

	*out = (struct proc_syscall){ 0 };
	out->nr = -1;
	if (!text_literal(&p, "running")) {
		out->running = 1;
		return text_end(&p) || *p ? text_fail("syscall", text) : 0;
	}
	if (text_i64(&p, &out->nr) || out->nr < -1)
		return text_fail("syscall", text);
	for (i = 0; i < 6 && out->nr >= 0; i++)
		if (take_hex(&p, &out->args[i]))
			return text_fail("syscall", text);
	if (take_hex(&p, &out->sp) || take_hex(&p, &out->pc) || text_end(&p) || *p)
		return text_fail("syscall", text);
	return 0;
}

int proc_read_syscall(int dirfd, struct proc_syscall *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "syscall", &text);

	return r ? r : proc_syscall_parse(text.p, out);
}
