/* zombie.c - how a process ended that nobody has waited for: what cannot be read, and what no other process can be made to do. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"

/* The kernel shows 0 to those who may not look. See do_task_stat() in fs/proc/array.c. An enum proc_result. */
static int is_hidden(struct scan *s, pid_t pid, int *hidden)
{
	cleanup_fd int dir = -1, self = -1;
	struct proc_status st, own;
	int ret = proc_open(pid, &dir);

	*hidden = 0;
	if (!ret)
		ret = proc_read_status(dir, &s->model->arena, &st);
	if (!ret)
		ret = proc_open_self(&self);
	if (!ret)
		ret = proc_read_status(self, &s->model->arena, &own);
	if (ret || own.cap_eff & 1ull << 19)	/* CAP_SYS_PTRACE */
		return ret;
	for (int i = 0; i < 3; i++)
		*hidden |= st.uid[i] != own.uid[3] || st.gid[i] != own.gid[3];
	return 0;
}

static int look(struct scan *s, const struct task *t)
{
	int hidden;

	if (WCOREDUMP(t->exit_code))
		return report_refuse(s->report, "zombie", t->pid, "", "let its parent wait for it",
				     "it ended by signal %d with a core dump", WTERMSIG(t->exit_code));
	if (is_hidden(s, t->pid, &hidden) < 0)
		return -1;
	return !hidden ? 0 : report_refuse(s->report, "zombie", t->pid, "", "let its parent wait for it, or run cr with "
					   "CAP_SYS_PTRACE", "it was another user's: how it ended cannot be read");
}

static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++)
		if (!strcmp(s->model->tasks[i]->run, "zombie") && look(s, s->model->tasks[i]) < 0)
			return -1;
	return 0;
}

const struct check check_zombie = {
	.name = "zombie",
	.title = ROW_TEXT("zombies that left a core dump"),
	.how = ROW_TEXT("exit_code in stat"),
	.takes = ROW_TEXT("dumping core once more, over the first one: not wanted"),
	.page = ROW_PAGE(
		"A child that has ended and was not waited for, and whose end said that a core was dumped.\n\n"
		"All other zombies are carried: a new process ends as they did, with the same status, user and name. To "
		"end with a core dump it would have to dump one, over the first one or through the handler of the system "
		"(core_pattern), which may send it to the distribution's makers.\n\n"
		"How a zombie of another user has ended is shown to nobody without CAP_SYS_PTRACE: then it is refused, "
		"too. The parent only has to wait for it; most do so at once."),
	.scan = scan,
};
