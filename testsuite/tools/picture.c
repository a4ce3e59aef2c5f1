/*
 * picture - everything of a process tree that cr must not change: status of each task, mappings, descriptors, sockets.
 *
 *	picture PID	the picture
 *	picture -p PID	the pids of the tree alone, the parent before its children
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Calls EACH with the numbers that the folder holds, as the kernel lists them. */
static void each_number(const char *folder, void (*each)(int pid, int number), int pid)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			each(pid, atoi(e->d_name));
	if (d)
		closedir(d);
}

static int begins(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(line, *words, strlen(*words)))
			return 1;
	return 0;
}

static void put_lines(const char *path, const char *const *but)
{
	FILE *f = fopen(path, "r");
	char line[8192];

	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "State:\t", 7) && strchr("RSD", line[7]))
			puts("State: runs");
		else if (!begins(line, but))
			fputs(line, stdout);
	}
	if (f)
		fclose(f);
}

static void put_task(int pid, int tid)
{
	static const char *const changes[] = { "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "VmRSS", "Rss", "VmHWM", "VmPTE",
					       "VmPeak", "SigQ", NULL };
	char path[64];

	printf("== %d/task/%d\n", pid, tid);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	put_lines(path, changes);
}

/* What one of the lists of sockets has in its columns, for the inode in column INO; columns from 1 on. */
struct list {
	const char *name;
	int ino;
	const char *columns;
};

static void put_socket(int pid, const char *inode, const struct list *list)
{
	char path[64], line[1024];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/net/%s", pid, list->name);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		char *column[16] = { NULL }, *at = line;
		int n = 0;

		while (n < 16 && (column[n] = strtok(n ? NULL : at, " \n")))
			n++;
		if (n < list->ino || strcmp(column[list->ino - 1], inode))
			continue;
		for (const char *c = list->columns; *c; c++)
			if (*c - '1' < n)
				printf("%s ", column[*c - '1']);
		puts("");
	}
	if (f)
		fclose(f);
}

static void put_socket_lists(int pid, const char *inode)
{
	static const struct list lists[] = {
		{ "tcp", 10, "2345" }, { "tcp6", 10, "2345" }, { "udp", 10, "2345" }, { "udp6", 10, "2345" }, { "raw", 10, "2345" },
		{ "raw6", 10, "2345" }, { "icmp", 10, "2345" }, { "unix", 7, "3456789" }, { "netlink", 10, "2345679" }, { "packet", 9, "34567" },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		put_socket(pid, inode, &lists[i]);
}

static void put_fd(int pid, int fd)
{
	static const char *const counts_down[] = { "ticks", "it_value", NULL };
	char path[64], target[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	n = readlink(path, target, sizeof(target) - 1);
	target[n < 0 ? 0 : n] = '\0';
	printf("fd %d %s\n", fd, target);
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	put_lines(path, counts_down);
	if (!strncmp(target, "socket:[", 8)) {
		target[strlen(target) - 1] = '\0';
		put_socket_lists(pid, target + 8);
	}
}

static void put_process(int pid)
{
	static const char *const nothing[] = { NULL };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	each_number(path, put_task, pid);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	put_lines(path, nothing);
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	each_number(path, put_fd, pid);
}

static void put_pid(int pid)
{
	printf("%d\n", pid);
}

static void (*put)(int pid);

static void put_tree(int pid);

static void put_children(int pid, int tid)
{
	char path[64];
	int child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, tid);
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &child) == 1)
		put_tree(child);
	if (f)
		fclose(f);
}

static void put_tree(int pid)
{
	char path[64];

	put(pid);
	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	each_number(path, put_children, pid);
}

int main(int argc, char **argv)
{
	int bare = argc == 3 && !strcmp(argv[1], "-p");

	if (argc != 2 + bare)
		return 2;
	put = bare ? put_pid : put_process;
	put_tree(atoi(argv[1 + bare]));
	return 0;
}
