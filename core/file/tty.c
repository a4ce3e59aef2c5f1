/*
 * tty.c - the terminal that a job was started from: it becomes the restorer's terminal.
 *
 *	/proc/41/fd/0 -> /dev/pts/3		st_rdev 136:3, and tty_nr of the root is 34819 (136:3)
 *	/proc/41/fd/5 -> /dev/tty		st_rdev 5:0: the controlling terminal of whoever opened it
 *
 * Only that one: the leader of the session has to be outside the tree (a shell). The terminal itself, with what was typed and
 * not yet read, stays behind with its user; its modes go along. A terminal that the tree made for itself is a pty.
 *
 * tty(4), pts(4), ioctl_tty(2), proc_pid_stat(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/proc/proc.h"

#define TTY_FLAGS (FDFLAGS_ANY | O_SYNC | O_NOFOLLOW)

/* Not in every libc; the numbers are those of asm-generic, made with _IOR and the like everywhere. */
#ifndef TIOCGDEV
#define TIOCGDEV _IOR('T', 0x32, unsigned int)
#endif
#ifndef TIOCGEXCL
#define TIOCGEXCL _IOR('T', 0x40, int)
#endif

/* What the kernel calls struct termios2: with speeds. libc has a struct of its own under that name. */
struct modes {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t line, cc[19];
	uint32_t ispeed, ospeed;
};
#define GET_MODES _IOR('T', 0x2A, struct modes)
#define SET_MODES _IOW('T', 0x2B, struct modes)

struct tty {
	uint32_t by_name;		/* opened as /dev/tty */
	char *path;
	uint32_t iflag, oflag, cflag, lflag, ispeed, ospeed;
	struct bytes cc;
	uint32_t rows, columns;
};

#define USERS "the terminal is the restorer's own"

static const struct field tty_fields[] = {
	FIELD_UNEQUAL(struct tty, path, STR, USERS),
	FIELD(struct tty, by_name, BOOL),
	FIELD(struct tty, iflag, OCT),
	FIELD(struct tty, oflag, OCT),
	FIELD(struct tty, cflag, OCT),
	FIELD(struct tty, lflag, OCT),
	FIELD(struct tty, ispeed, U64),
	FIELD(struct tty, ospeed, U64),
	FIELD(struct tty, cc, BYTES),
	FIELD_UNEQUAL(struct tty, rows, U64, USERS),
	FIELD_UNEQUAL(struct tty, columns, U64, USERS),
	FIELD_END
};

static int tty_match(const struct fd_look *l)
{
	if (l->text[0] != '/' || !l->have_stat || !S_ISCHR(l->st.st_mode) || l->flags & O_PATH)
		return 0;
	return rdev_is_pts(l->st.st_rdev) || l->st.st_rdev == makedev(5, 0);
}

/* tty_nr of /proc/PID/stat: a device number as the kernel hands it out. */
static dev_t tty_number(uint32_t nr)
{
	return makedev((nr >> 8) & 0xfff, (nr & 0xff) | ((nr >> 12) & 0xfff00));
}

/* The controlling terminal of the root, if the leader of its session is outside the tree. It is never below one of its members. */
static int outer_terminal(const struct scan *s, dev_t *rdev)
{
	const struct task *root = s->model->tasks[0];

	*rdev = tty_number(root->tty_nr);
	return root->tty_nr && !model_task(s->model, root->sid);
}

static int tty_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct tty *state = f->state;
	dev_t rdev = 0;
	int outer = outer_terminal(s, &rdev), leads = path_leads_to(s, l, "pty");

	if (leads < 0 || fdflags_look(s, l, TTY_FLAGS) < 0)
		return -1;
	/* Means nothing for a terminal; open(2) always sets it, TIOCGPTPEER does not. */
	f->flags &= ~LOOK_O_LARGEFILE;
	state->by_name = l->st.st_rdev == makedev(5, 0);
	state->path = arena_strdup(&s->model->arena, l->text);
	state->cc = (struct bytes){ NULL, 0 };
	if (!state->path)
		return -1;
	if (leads && (!outer || (!state->by_name && l->st.st_rdev != rdev)))
		return look_refuse(s, l, "pty", "start the job from a shell in that terminal",
				   "%s is a terminal, but not the one that the job was started from", look_quote(&s->model->arena, l->text));
	return 0;
}

/* Also whether a description of /dev/tty is of the terminal that we think: it is that of the process that opened it. */
static int check_terminal(struct scan *s, struct file *f)
{
	unsigned dev = 0;
	int line = 0, exclusive = 0, outer;
	dev_t rdev = 0;

	if (ioctl(f->local_fd, TIOCGDEV, &dev) || ioctl(f->local_fd, TIOCGETD, &line))
		return file_refuse(s->report, f, FINDING_REFUSED, "pty", "", "its terminal was hung up: %s", strerror(errno));
	outer = outer_terminal(s, &rdev);
	if (outer && tty_number(dev) != rdev &&
	    file_refuse(s->report, f, FINDING_REFUSED, "pty", "", "another terminal than the one that the job was started from") < 0)
		return -1;
	if (line && file_refuse(s->report, f, FINDING_REFUSED, "pty", "", "a terminal with line discipline %d", line) < 0)
		return -1;
	if (!ioctl(f->local_fd, TIOCGEXCL, &exclusive) && exclusive)
		return file_refuse(s->report, f, FINDING_REFUSED, "pty", "", "a terminal in exclusive mode (TIOCEXCL)");
	return 0;
}

static int tty_capture(struct scan *s, struct file *f)
{
	struct tty *state = f->state;
	struct modes m;
	struct winsize size;

	if (check_terminal(s, f) < 0 || fdflags_capture(s, f, S_IFCHR) < 0)
		return -1;
	if (ioctl(f->local_fd, GET_MODES, &m) || ioctl(f->local_fd, TIOCGWINSZ, &size))
		return file_refuse(s->report, f, FINDING_REFUSED, "pty", "", "its modes cannot be read: %s", strerror(errno));
	state->iflag = m.iflag;
	state->oflag = m.oflag;
	state->cflag = m.cflag;
	state->lflag = m.lflag;
	state->ispeed = m.ispeed;
	state->ospeed = m.ospeed;
	state->rows = size.ws_row;
	state->columns = size.ws_col;
	state->cc.len = sizeof(m.cc);
	state->cc.p = arena_copy(&s->model->arena, m.cc, sizeof(m.cc));
	return state->cc.p ? 0 : -1;
}

/* The name of the restorer's terminal that is a device of its own: the descriptor may be one of /dev/tty. */
static int terminal_path(const struct rebuild *r, char *path, size_t size)
{
	unsigned dev;
	struct stat st;

	if (ioctl(r->terminal, TIOCGDEV, &dev) || !rdev_is_pts(tty_number(dev)))
		return -1;
	snprintf(path, size, "/dev/pts/%u", minor(tty_number(dev)));
	return stat(path, &st) || !S_ISCHR(st.st_mode) || st.st_rdev != tty_number(dev) ? -1 : 0;
}

static int tty_preflight(struct rebuild *r, struct file *f)
{
	const struct tty *state = f->state;
	char path[64];

	if (fdflags_check(f, TTY_FLAGS) < 0)
		return -1;
	if (state->cc.len != sizeof(((struct modes *)0)->cc) || f->pos)
		return fail_image("open file %u: modes of a terminal are out of range", f->id);
	if (r->terminal < 0)
		return file_refuse(r->report, f, FINDING_REFUSED, "tty", "run cr restore from one", "needs a terminal");
	if (!state->by_name && terminal_path(r, path, sizeof(path)) < 0)
		return file_refuse(r->report, f, FINDING_REFUSED, "tty", "run cr restore in a terminal window, ssh, screen or tmux",
				   "needs a pseudo terminal with a name in /dev/pts");
	return 0;
}

/* A restorer in the background would be stopped by SIGTTOU for setting modes: unless the signal is blocked, see termios(3). */
static int set_modes(int fd, const struct tty *state)
{
	struct modes m = { .iflag = state->iflag, .oflag = state->oflag, .cflag = state->cflag, .lflag = state->lflag,
			   .ispeed = state->ispeed, .ospeed = state->ospeed };
	sigset_t block, before;
	int r;

	memcpy(m.cc, state->cc.p, sizeof(m.cc));
	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, &before);
	r = ioctl(fd, SET_MODES, &m);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

static int tty_rebuild(struct rebuild *r, struct file *f)
{
	const struct tty *state = f->state;
	char path[64] = "/dev/tty";
	struct stat st;

	if (!state->by_name && terminal_path(r, path, sizeof(path)) < 0)
		return fail_refused("the terminal has no name in /dev/pts");
	/* Opening never makes it a controlling terminal, and never waits for a modem. */
	f->local_fd = path_open_type(path, S_IFCHR, f->flags | O_NONBLOCK, &st);
	if (f->local_fd < 0)
		return fail("open the terminal %s", path);
	if (set_modes(f->local_fd, state))
		return fail("set the modes of the terminal %s", path);
	return fdflags_set(f);
}

const struct file_kind file_tty = {
	.name = "tty",
	.title = ROW_TEXT("the terminal a job was started from"),
	.also = ROW_TEXT("terminal"),
	.how = ROW_TEXT("character device 136..143:* or 5:0 that is tty_nr of the root, with the session leader outside the tree"),
	.condition = ROW_TEXT("the job was started from a shell outside the tree, and cr restore runs in a terminal"),
	.page = ROW_PAGE(
		"The terminal that a job was started from: it becomes the terminal of whoever restores it, with the modes "
		"that the program had set.\n\n"
		"That it is the one is told by the controlling terminal of the root, with the leader of the session "
		"outside the tree. What was typed and not read stays behind with its user, and so does what the screen "
		"shows: an editor repaints with Ctrl-L. The size is that of the new window, and programs are told by "
		"SIGWINCH only when that changes. The group that was in the foreground comes there again; the root's does if that "
		"was none of the tree.\n\n"
		"A terminal made by the tree itself (screen, tmux, script) is a pty and refused. Exclusive mode, another "
		"line discipline, or a terminal that was hung up are refused as pty. Who has left the terminal of his session "
		"(TIOCNOTTY) is refused; that a job which has none of it open will be without one is told in a note."),
	.inside = 1,
	.match = tty_match,
	.fields = IF_IMAGE(tty_fields),
	.size = sizeof(struct tty),
	.look = tty_look,
	.needs_copy = 1,
	.capture = IF_INSIDE(tty_capture),
	.preflight = IF_RESTORE(tty_preflight),
	.rebuild = IF_RESTORE(tty_rebuild),
};
