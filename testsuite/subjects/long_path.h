/* long_path.h - a child with something open whose path is longer than any call takes: no text of the kernel tells it. */
#ifndef SUBJECT_LONG_PATH_H
#define SUBJECT_LONG_PATH_H

#include "subject.h"

/* A new folder, twenty-five below the working folder, each with a name of 200 bytes. */
static int long_path_make(void)
{
	char name[201] = "";
	int at = open(".", O_RDONLY | O_DIRECTORY);

	memset(name, 'd', sizeof(name) - 1);
	for (int i = 0; at >= 0 && i < 25; i++) {
		int below;

		mkdirat(at, name, 0777);
		below = openat(at, name, O_RDONLY | O_DIRECTORY);
		close(at);
		at = below;
	}
	return at;
}

/* OPEN_IT runs in the child, which keeps nothing else of FOLDER; what it returns, -1 if it failed, is for LOOK after the freeze. */
static int long_path_main(int argc, char **argv, int (*open_it)(int folder), void (*look)(int fd))
{
	int built[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!pipe2(built, O_CLOEXEC));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		int folder = long_path_make(), fd = folder < 0 ? -1 : open_it(folder);

		if (fd < 0 || close(folder) || write(built[1], "", 1) != 1)
			_exit(1);
		subject_wait();
		look(fd);
		_exit(7);
	}
	MUST(read(built[0], &c, 1) == 1);

	subject_freeze();

	subject_reap(child, 7 << 8);
	return subject_end();
}

#endif
