/* fs.c - working folders, umasks, of several processes; one of them in a folder with an odd name. */
/* flavours: dynamic musl */
#include "subject.h"

static const char *const folder[] = { "plain", "with space", "new\nline", "/", "." };

static void verify(const char *cwd, mode_t mask)
{
	char now[PATH_MAX], path[64];
	struct stat st;
	int fd;

	EXPECT(getcwd(now, sizeof(now)) && !strcmp(now, cwd), "cwd is %s, was %s", now, cwd);
	EXPECT_EQ(strtol(subject_proc("self/status", "Umask:"), NULL, 8), mask, "umask");
	if (!strcmp(cwd, "/"))
		return;
	snprintf(path, sizeof(path), "made-%d", (int)getpid());
	fd = open(path, O_CREAT | O_WRONLY, 0777);
	EXPECT(fd >= 0 && !fstat(fd, &st) && (st.st_mode & 0777) == (0777 & ~mask), "a file made with the umask");
	unlink(path);
}

int main(int argc, char **argv)
{
	char cwd[PATH_MAX], c;
	pid_t child[5];
	int report[2], i;

	subject_init(argc, argv);
	MUST(!pipe(report));
	for (i = 0; i < 3; i++)
		MUST(!mkdir(folder[i], 0755));
	for (i = 0; i < 5; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (child[i])
			continue;
		umask(011 * i);
		if (chdir(folder[i]) || !getcwd(cwd, sizeof(cwd)) || write(report[1], "x", 1) != 1)
			_exit(2);
		subject_wait();
		verify(cwd, 011 * i);
		_exit(0);
	}
	for (i = 0; i < 5; i++)
		MUST(read(report[0], &c, 1) == 1);
	umask(0);
	MUST(getcwd(cwd, sizeof(cwd)));

	subject_freeze();

	for (i = 0; i < 5; i++)
		subject_reap(child[i], 0);
	verify(cwd, 0);
	return subject_end();
}
