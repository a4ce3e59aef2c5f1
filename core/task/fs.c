/*
 * fs.c - working folder and umask. The root must be "/".
 *
 *	/proc/PID/task/TID/cwd -> /home/a (deleted)
 *	/proc/PID/task/TID/root -> /
 *	Umask:	0022
 *
 * umask(2) can only be read by setting it, which a live process must not see: status tells. Threads that do not share this are
 * found by kcmp(KCMP_FS) elsewhere. The folder is entered with our rights; the task may not have them any more.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "core/look/look.h"
#include "core/look/mounts.h"
#include "core/task/task.h"

struct fs {
	char *cwd;
	const char *mount;
	uint32_t umask;
};

static const struct field fs_fields[] = {
	FIELD(struct fs, cwd, STR),
	FIELD_UNEQUAL(struct fs, mount, STR, MOUNT_LOOKED_AT),
	FIELD(struct fs, umask, OCT),
	FIELD_END
};

/* Does LINK, in the folder of the task, lead to where PATH does for us? 1, 0; -1 unknown. */
static int leads_to(int dir, const char *link, const char *path)
{
	struct kernel_statx is, ours;

	return path_stat(dir, link, &is) < 0 || path_stat(AT_FDCWD, path, &ours) < 0 ? -1 : path_same(&is, &ours);
}

/* The folders of a process end with it: at the restore there is none to go to before the process is there. */
static int is_in_proc(const struct scan *s, const struct kernel_statx *st)
{
	const struct proc_mounts *mounts = &s->mounts->mounts;

	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->v[i].major == st->dev_major && mounts->v[i].minor == st->dev_minor)
			return fs_class(mounts->v[i].fstype) == FS_PROC;
	return 0;
}

/* Whether the folder can be found again by its name. */
static int check_cwd(struct scan *s, const struct task *t, int dir, const char *cwd, struct fs *item)
{
	struct kernel_statx is;

	if (cwd[0] != '/')
		return report_refuse(s->report, "mount", t->pid, cwd, "let it change to another folder",
				     "its working folder lies outside of its root or its mounts");
	if (path_stat(dir, "cwd", &is) < 0)
		return report_refuse(s->report, "mount", t->pid, cwd, "run cr with more rights",
				     "its working folder cannot be looked at: %s", strerror(errno));
	if (ENABLE_APPLET_DUMP)
		item->mount = mount_point(s->mounts, (int)is.mnt_id);
	if (is.nlink == 0)
		return report_refuse(s->report, "unlinked", t->pid, cwd, "let it change to another folder",
				     "its working folder has been removed");
	if (is_in_proc(s, &is))
		return report_refuse(s->report, "procfs", t->pid, cwd, "let it change to another folder",
				     "its working folder is one of /proc");
	if (strlen(cwd) >= PATH_MAX)
		return report_refuse(s->report, "fs", t->pid, "", "let it change to another folder",
				     "the path of its working folder is longer than %d bytes", PATH_MAX - 1);
	if (leads_to(dir, "cwd", cwd) <= 0)
		return report_refuse(s->report, "mount", t->pid, cwd, "let it change to another folder",
				     "the path of its working folder does not lead there: it is covered by a mount, or was replaced");
	return 0;
}

static int check_root(struct scan *s, const struct task *t, int dir)
{
	cleanup_buf struct buf root = { 0 };
	int r = proc_read_link(dir, "root", &root);

	if (r != PROC_OK)
		return task_look_result(r);
	/* What is mounted over the root is called "/", too. */
	if (!strcmp(root.p, "/") && leads_to(dir, "root", "/") > 0)
		return 0;
	return report_refuse(s->report, "mount", t->pid, root.p, "run cr in the same chroot, if that is a mount",
			     "it has another root folder than cr (chroot)");
}

/* The kernel tells no path of 4096 bytes or more. */
static int refuse_cwd(struct scan *s, const struct task *t)
{
	char why[512];

	snprintf(why, sizeof(why), "%s", err_text());
	err_clear();
	return report_refuse(s->report, "fs", t->pid, "", "let it change to another folder",
			     "its working folder cannot be read: %s", why);
}

static int fs_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	cleanup_buf struct buf cwd = { 0 };
	const struct proc_status *status;
	struct fs *item;
	int dir, r = task_folder(s, t, th, &dir);

	if (r == PROC_OK)
		r = proc_read_link(dir, "cwd", &cwd);
	if (r == PROC_ERROR)
		return refuse_cwd(s, t);
	if (r == PROC_OK)
		r = task_folder_status(s, t, th, &status);
	if (r != PROC_OK)
		return task_look_result(r);
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	/* Another mount namespace has other mounts; it is refused as ns_mnt. */
	if ((!ENABLE_CHECK_NS_MNT || leads_to(dir, "ns/mnt", "/proc/self/ns/mnt")) &&
	    (check_root(s, t, dir) < 0 || check_cwd(s, t, dir, cwd.p, item) < 0))
		return -1;
	item->umask = status->umask;
	item->cwd = arena_strdup(&s->model->arena, cwd.p);
	return item->cwd ? 0 : -1;
}

/* As long as it is held, nothing is lost; afterwards there may be no such folder, or another one. */
static int fs_again(const struct task *t, const struct thread *th, const struct state *captured)
{
	const struct fs *item = captured->items;
	char link[40];

	if (th != model_speaker(t) || !captured->n)
		return 0;
	snprintf(link, sizeof(link), "/proc/%d/cwd", th->tid);
	return leads_to(AT_FDCWD, link, item->cwd) > 0 ? 0 :
		fail_refused("process %d: somebody moved or removed its working folder while it was being dumped: try again", t->pid);
}

static int fs_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct fs *item = in->items;
	struct kernel_statx st;

	if (item->cwd[0] != '/' || strlen(item->cwd) >= PATH_MAX || item->umask > 0777)
		return fail_image("process %d: working folder \"%.40s\", umask %#o", (int)t->pid, item->cwd, item->umask);
	if (path_stat(AT_FDCWD, item->cwd, &st) < 0)
		return report_refuse(r->report, "fs", t->pid, item->cwd, "make the folder again",
				     "its working folder: %s", strerror(errno));
	if (!S_ISDIR(st.mode) || access(item->cwd, X_OK) < 0)
		return report_refuse(r->report, "fs", t->pid, item->cwd, "put things right there",
				     S_ISDIR(st.mode) ? "its working folder may not be entered" :
				     "its working folder is no folder now");
	return mount_preflight(r->report, t->pid, item->mount);
}

static int fs_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct fs *item = in->items;
	uint64_t remote;

	remote = batch_put(b, item->cwd, strlen(item->cwd) + 1);
	if (!remote)
		return -1;
	CALL(b, "chdir to the working folder", SYS_chdir, remote);
	CALL(b, "umask", SYS_umask, item->umask);
	return 0;
}

const struct task_kind task_fs = {
	.name = "fs",
	.title = ROW_TEXT("working folder and umask"),
	.also = ROW_TEXT("cwd umask chroot"),
	.how = ROW_TEXT("/proc/PID/task/TID/cwd, root and status"),
	.condition = ROW_TEXT("the working folder can be found by its path, and the root is that of cr"),
	.page = ROW_PAGE(
		"The working folder and the umask of a process.\n\n"
		"The kernel keeps a folder, not a path: it may have been removed, renamed, covered by a mount, or lie on "
		"a server that is dead. So its path is looked up without asking any server, and has to lead to the same "
		"mount, device and inode; otherwise it is refused under unlinked, mount or network_fs. A changed root (chroot) "
		"is refused as mount, and so is a restore where nothing is mounted on what the file system of the folder was mounted "
		"on: it would go on in the empty folder below. The umask stands in status, because umask(2) can only read it by changing it.\n\n"
		"Carried by chdir(2) and umask(2) inside. Threads with a folder of their own (unshare of CLONE_FS) are "
		"refused as clone_vm."),
	.scope = PER_TASK,
	.stage = STAGE_BEFORE_CREDENTIALS,
	.fields = IF_IMAGE(fs_fields),
	.size = sizeof(struct fs),
	.records = 1,
	.look = fs_look,
	.again = IF_DUMP(fs_again),
	.preflight = IF_RESTORE(fs_preflight),
	.rebuild = IF_RESTORE(fs_rebuild),
};
