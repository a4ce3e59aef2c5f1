/* regular.c - files: position, flags, append, close-on-exec, dup, shared by fork, O_PATH, folders, hard link, sparse. */
/* flavours: dynamic musl */
/* units: opath directory */
#include "subject.h"
#include <dirent.h>

static int make_file(const char *name, size_t len, int seed, int flags)
{
	char *text = malloc(len);
	int fd = open(name, O_CREAT | O_RDWR | O_TRUNC, 0640);

	subject_fill(text, len, seed);
	MUST(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	close(fd);
	free(text);
	return open(name, flags);
}

struct seen { long flags, fdflags, position; struct stat st; };

static struct seen look(int fd)
{
	struct seen s = { fcntl(fd, F_GETFL), fcntl(fd, F_GETFD), lseek(fd, 0, SEEK_CUR), { 0 } };

	fstat(fd, &s.st);
	return s;
}

static void compare(int fd, const struct seen *was)
{
	struct seen is = look(fd);

	EXPECT(is.flags == was->flags, "fd %d: flags 0%lo, were 0%lo", fd, is.flags, was->flags);
	EXPECT(is.fdflags == was->fdflags, "fd %d: fd flags %ld, were %ld", fd, is.fdflags, was->fdflags);
	EXPECT(is.position == was->position, "fd %d: position %ld, was %ld", fd, is.position, was->position);
	EXPECT(is.st.st_ino == was->st.st_ino && is.st.st_dev == was->st.st_dev, "fd %d: another inode", fd);
	EXPECT(is.st.st_mode == was->st.st_mode && is.st.st_size == was->st.st_size, "fd %d: mode or size", fd);
	EXPECT(is.st.st_mtim.tv_nsec == was->st.st_mtim.tv_nsec, "fd %d: mtime", fd);
}

int main(int argc, char **argv)
{
	int fd[16], n = 0, i, shared, copy, child_pipe[2];
	struct seen before[16];
	char text[1000];
	off_t at;
	pid_t child;

	subject_init(argc, argv);
	fd[n++] = make_file("read", 5000, 1, O_RDONLY | O_NOATIME);
	fd[n++] = make_file("write", 5000, 2, O_WRONLY | O_CLOEXEC);
	fd[n++] = make_file("append", 5000, 3, O_RDWR | O_APPEND);
	fd[n++] = make_file("sync", 5000, 4, O_RDWR | O_DSYNC | O_NONBLOCK);
	fd[n++] = open("read", O_PATH);
	MUST(mkdir("folder", 0700) == 0);
	fd[n++] = open("folder", O_RDONLY | O_DIRECTORY);
	fd[n++] = open("folder", O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd[n++] = make_file("empty", 0, 0, O_RDWR);
	shared = make_file("shared", 5000, 5, O_RDWR);
	copy = dup2(shared, 400);
	fd[n++] = shared;
	fd[n++] = copy;
	fd[n++] = open("shared", O_RDWR);	/* the same file, another description */
	MUST(mkdir("name with\n\"odd\" \\bytes\001\377", 0755) == 0);
	fd[n++] = open("name with\n\"odd\" \\bytes\001\377/f", O_CREAT | O_RDWR, 0600);
	fd[n++] = make_file("sparse", 100, 6, O_RDWR);
	MUST(ftruncate(fd[n - 1], 1LL << 33) == 0);
	for (i = 0; i < n; i++) {
		MUST(fd[i] >= 0);
		if (i < 4 || i > 6)		/* the place in a folder: directory.c */
			lseek(fd[i], i * 100, SEEK_SET);
	}
	lseek(fd[n - 1], (1LL << 33) - 5, SEEK_SET);
	MUST(pipe2(child_pipe, O_CLOEXEC) == 0);
	child = fork();
	if (!child) {
		close(child_pipe[1]);
		if (read(child_pipe[0], text, 1) < 0)
			_exit(9);
		EXPECT_EQ(lseek(shared, 0, SEEK_CUR), 4000, "position shared with the parent");
		lseek(shared, 123, SEEK_SET);
		_exit(0);
	}
	for (i = 0; i < n; i++)
		before[i] = look(fd[i]);

	subject_freeze();

	for (i = 0; i < n; i++)
		compare(fd[i], &before[i]);
	EXPECT_EQ(fcntl(399, F_GETFD), -1, "a descriptor that was not open");
	EXPECT(fstatat(fd[6], "../shared", &before[0].st, 0) == 0, "O_PATH folder does not lead anywhere");
	lseek(shared, 4000, SEEK_SET);
	EXPECT_EQ(lseek(copy, 0, SEEK_CUR), 4000, "position shared by dup");
	EXPECT_EQ(lseek(fd[10], 0, SEEK_CUR), 1000, "position of another description");
	close(child_pipe[1]);
	subject_reap(child, 0);
	EXPECT_EQ(lseek(copy, 0, SEEK_CUR), 123, "position moved by the child");
	at = lseek(fd[0], 1600, SEEK_SET);
	EXPECT(read(fd[0], text, 800) == 800, "read");
	{
		char *whole = malloc(5000);

		subject_fill(whole, 5000, 1);
		EXPECT(!memcmp(whole + at, text, 800), "contents of a file");
	}
	return subject_end();
}
