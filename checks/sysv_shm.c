/* sysv_shm.c - shared segments. */

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/ipc.h"

#define IN_USE "remove it when it is not in use (ipcrm)"

/* Segments that are attached are seen as mappings. */
static int shared(struct scan *s, const struct task *none, const struct proc_ipc_object *o)
{
	const struct task *t = o->last[0] > 0 && !o->count ? model_task(s->model, (pid_t)o->last[0]) : NULL;
	cleanup_buf struct buf forced = { 0 };

	if (t && !io_read_file(AT_FDCWD, "/proc/sys/kernel/shm_rmid_forced", &forced) && forced.len && *forced.p == '1')
		return report_refuse(s->report, "sysv_shm", t->pid, report_object(s->report, "segment", o->id), IN_USE,
				     "it would go with who made it (sysctl kernel.shm_rmid_forced)");
	return t ? ipc_note(s, t, "sysv_shm", "segment", o->id, "it made this segment, which nobody has attached") : 0;
}

static int own(struct scan *s, const struct task *t, const struct proc_ipc_object *o)
{
	return report_refuse(s->report, "sysv_shm", t->pid, report_object(s->report, "segment", o->id), IN_USE,
			     "%lld bytes, key %lld, attached %lld times, in an IPC namespace of its own", (long long)o->size,
			     (long long)o->key, (long long)o->count);
}

static int scan(struct scan *s)
{
	return ipc_each(s, "shm", (const long[]) { 0 }, shared, own);
}

const struct check check_sysv_shm = {
	.name = "sysv_shm",
	.title = ROW_TEXT("System V shared memory"),
	.also = ROW_TEXT("shmget"),
	.how = ROW_TEXT("the mapping /SYSV* on device 0:1; /proc/sysvipc/shm for others that the tree made, and for those of another IPC namespace"),
	.takes = ROW_TEXT("shm_next_id and shmget(2), shmat(2) at the old addresses, owner, mode and key"),
	.page = ROW_PAGE(
		"Segments of shmget(2) that are attached: databases, X11 clients (MIT-SHM), old middleware.\n\n"
		"Nothing but the id links a process and a segment, so it has to come back with the same id (shm_next_id, "
		"CAP_CHECKPOINT_RESTORE), owner, mode and key. Whether processes outside use it too shows only as a "
		"number of attachments, which has to equal those of the tree. One marked for removal has no key any more "
		"and would be marked again when all have attached it.\n\n"
		"About 200 lines together with shared_memory, no change of the kernel. Detach it before (shmdt)."),
	.in_2009 = 'S',
	.links = "/SYSV*",
	.meaning = "a System V shared memory segment",
	.remedy = "detach it (shmdt)",
	.scan = scan,
};
