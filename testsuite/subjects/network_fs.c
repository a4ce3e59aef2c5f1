/* network_fs.c - a file on FUSE, the server of which is no child of it. */
/* flavours: dynamic */
/* refused: network_fs */
#include "subject.h"
#include <linux/fuse.h>
#include <sys/mount.h>

#define FILE_INODE 2

static char mountpoint[PATH_MAX];
static const char content[] = "held by a server\n";

static void fill(struct fuse_attr *a, uint64_t inode)
{
	a->ino = inode;
	a->mode = inode == FILE_INODE ? S_IFREG | 0644 : S_IFDIR | 0755;
	a->size = inode == FILE_INODE ? sizeof(content) - 1 : 0;
	a->nlink = 1;
}

/* One answer; what is not known does not exist. */
static void answer(int device, const struct fuse_in_header *in)
{
	struct {
		struct fuse_out_header head;
		union {
			struct fuse_init_out init;
			struct fuse_attr_out attr;
			struct fuse_entry_out entry;
			struct fuse_open_out open;
			char data[sizeof(content) - 1];
		};
	} out = { .head = { .unique = in->unique } };
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
		out.entry.nodeid = FILE_INODE;
		out.entry.entry_valid = out.entry.attr_valid = 3600;
		fill(&out.entry.attr, FILE_INODE);
		len = sizeof(out.entry);
		break;
	case FUSE_GETATTR:
		out.attr.attr_valid = 3600;
		fill(&out.attr.attr, in->nodeid);
		len = sizeof(out.attr);
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		len = sizeof(out.open);
		break;
	case FUSE_READ:
		len = ((const struct fuse_read_in *)(in + 1))->offset ? 0 : sizeof(out.data);
		memcpy(out.data, content, len);
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		break;
	default:
		out.head.error = -ENOSYS;
	}
	out.head.len = sizeof(out.head) + len;
	if (write(device, &out, out.head.len) != (ssize_t)out.head.len && errno != ENOENT)
		_exit(70);
}

/* Serves until nobody has the file system mounted. */
static void serve(int device)
{
	static char request[65536] __attribute__((aligned(8)));
	ssize_t n;

	setsid();
	while ((n = read(device, request, sizeof(request))) >= 0 || errno == EINTR || errno == ENOENT)
		if (n >= (ssize_t)sizeof(struct fuse_in_header))
			answer(device, (const struct fuse_in_header *)request);
	_exit(0);
}

/* Takes the file system away again when the subject has ended, however it did. */
static void watch(pid_t subject)
{
	setsid();
	while (kill(subject, 0) == 0)
		subject_nap(20);
	umount2(mountpoint, MNT_DETACH);
	_exit(0);
}

static void start_outside(int device)
{
	pid_t subject = getpid(), middle = fork();

	MUST(middle >= 0);
	if (!middle) {
		if (fork() == 0)
			serve(device);
		close(device);
		if (fork() == 0)
			watch(subject);
		_exit(0);
	}
	MUST(waitpid(middle, NULL, 0) == middle && !close(device));
}

int main(int argc, char **argv)
{
	char options[128], path[PATH_MAX + 8], text[64] = "";
	struct stat st;
	int device, fd;

	subject_init(argc, argv);
	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (device < 0)
		SKIP("/dev/fuse: %s", strerror(errno));
	MUST(getcwd(mountpoint, sizeof(mountpoint) - 8));
	strcat(mountpoint, "/far");
	MUST(!mkdir(mountpoint, 0755));
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, (int)getuid(), (int)getgid());
	if (mount("cr-subject", mountpoint, "fuse", MS_NOSUID | MS_NODEV, options))
		SKIP("mount of a FUSE file system: %s", strerror(errno));
	start_outside(device);
	snprintf(path, sizeof(path), "%s/file", mountpoint);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0);

	subject_freeze();

	EXPECT(!fstat(fd, &st) && st.st_size == (off_t)sizeof(content) - 1, "fstat: %s", strerror(errno));
	EXPECT(read(fd, text, sizeof(text)) == (ssize_t)sizeof(content) - 1 && !strcmp(text, content), "the file holds '%s'", text);
	close(fd);
	EXPECT(!umount2(mountpoint, MNT_DETACH) && !rmdir(mountpoint), "umount: %s", strerror(errno));
	return subject_end();
}
