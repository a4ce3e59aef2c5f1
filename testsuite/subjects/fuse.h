/*
 * fuse.h - a file system for subjects, with one file in it, and its server, which is no child of the subject.
 *
 * The server can fall silent: it reads what is asked and answers nothing until the file GO of the subject is there; or only when a part of
 * the file is asked for. It ends with the subject, and takes the file system away.
 */
#ifndef SUBJECT_FUSE_H
#define SUBJECT_FUSE_H

#include "subject.h"
#include <linux/fuse.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/uio.h>

#define FUSE_FILE_INODE 2

static const char fuse_content[] = "held by a server\n";

struct fuse_place {
	char path[PATH_MAX];		/* where it is mounted */
	int device;
	unsigned valid;			/* seconds for which the kernel may remember an answer */
	int silent;			/* from the moment at which the subject is ready */
	const char *content;		/* of LEN bytes; NULL: fuse_content. It can be executed */
	size_t len, held_from;		/* HELD_FROM: what follows comes after GO; 0: all comes at once */
	pid_t subject;
};

static void fuse_fill(const struct fuse_place *p, struct fuse_attr *a, uint64_t inode)
{
	a->ino = inode;
	a->mode = inode == FUSE_FILE_INODE ? S_IFREG | 0755 : S_IFDIR | 0755;
	a->size = inode == FUSE_FILE_INODE ? p->len : 0;
	a->nlink = 1;
}

/* Sets DATA; returns its length. */
static size_t fuse_read(const struct fuse_place *p, const struct fuse_read_in *in, const char **data)
{
	size_t left = in->offset < p->len ? p->len - in->offset : 0, n = in->size < left ? in->size : left;

	while (p->held_from && in->offset + n > p->held_from && !subject_may_go() && kill(p->subject, 0) == 0)
		subject_nap(1);
	*data = p->content + in->offset;
	return n;
}

/* One answer; what is not known does not exist. */
static void fuse_answer(const struct fuse_place *p, const struct fuse_in_header *in)
{
	struct {
		struct fuse_out_header head;
		union {
			struct fuse_init_out init;
			struct fuse_attr_out attr;
			struct fuse_entry_out entry;
			struct fuse_open_out open;
		};
	} out = { .head = { .unique = in->unique } };
	const char *data = (const char *)&out + sizeof(out.head);
	struct iovec v[2] = { { &out.head, sizeof(out.head) } };
	size_t len = 0;

	switch (in->opcode) {
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	case FUSE_INIT:
		out.init.major = FUSE_KERNEL_VERSION;
		out.init.minor = 31;
		out.init.max_write = 4096;
		len = sizeof(out.init);
		break;
	case FUSE_LOOKUP:
		if (strcmp((const char *)(in + 1), "file") != 0) {
			out.head.error = -ENOENT;
			break;
		}
		out.entry.nodeid = FUSE_FILE_INODE;
		out.entry.entry_valid = out.entry.attr_valid = p->valid;
		fuse_fill(p, &out.entry.attr, FUSE_FILE_INODE);
		len = sizeof(out.entry);
		break;
	case FUSE_GETATTR:
		out.attr.attr_valid = p->valid;
		fuse_fill(p, &out.attr.attr, in->nodeid);
		len = sizeof(out.attr);
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		len = sizeof(out.open);
		break;
	case FUSE_READ:
		len = fuse_read(p, (const struct fuse_read_in *)(in + 1), &data);
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		break;
	default:
		out.head.error = -ENOSYS;
	}
	out.head.len = sizeof(out.head) + len;
	v[1] = (struct iovec) { (void *)data, len };
	if (writev(p->device, v, 2) != (ssize_t)out.head.len && errno != ENOENT)
		_exit(70);
}

static int fuse_may_speak(const struct fuse_place *p)
{
	return !p->silent || access(subject_ready_file, F_OK) || subject_may_go();
}

/* Serves until the subject has ended, or nobody has the file system mounted. */
static void fuse_serve(const struct fuse_place *p)
{
	static char request[65536] __attribute__((aligned(8)));
	struct pollfd ask = { .fd = p->device, .events = POLLIN };
	ssize_t n;

	setsid();
	while (kill(p->subject, 0) == 0) {
		if (!fuse_may_speak(p) || poll(&ask, 1, 20) == 0) {
			subject_nap(1);
			continue;
		}
		n = read(p->device, request, sizeof(request));
		if (n < 0 && errno != EINTR && errno != ENOENT && errno != EAGAIN)
			break;
		if (n >= (ssize_t)sizeof(struct fuse_in_header))
			fuse_answer(p, (const struct fuse_in_header *)request);
	}
	close(p->device);
	umount2(p->path, MNT_DETACH);
	rmdir(p->path);
	_exit(0);
}

/* Mounts NAME below the working folder, with a server of its own. */
static void fuse_mount(struct fuse_place *p, const char *name)
{
	char options[128];
	pid_t middle;

	p->subject = getpid();
	if (!p->content) {
		p->content = fuse_content;
		p->len = sizeof(fuse_content) - 1;
	}
	p->device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (p->device < 0)
		SKIP("/dev/fuse: %s", strerror(errno));
	MUST(getcwd(p->path, sizeof(p->path) - 20));
	strcat(strcat(p->path, "/"), name);
	MUST(!mkdir(p->path, 0755));
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%d,group_id=%d", p->device, (int)getuid(), (int)getgid());
	if (mount("cr-subject", p->path, "fuse", MS_NOSUID | MS_NODEV, options))
		SKIP("mount of a FUSE file system: %s", strerror(errno));
	middle = fork();
	MUST(middle >= 0);
	if (!middle) {
		if (fork() == 0)
			fuse_serve(p);
		_exit(0);
	}
	MUST(waitpid(middle, NULL, 0) == middle && !close(p->device));
}

static SUBJECT_USED int fuse_open(const struct fuse_place *p)
{
	char path[PATH_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "%s/file", p->path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0);
	return fd;
}

#endif
