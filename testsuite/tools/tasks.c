/*
 * tasks - one line for every process here but itself and its own ancestors: pid, parent, state, name; sorted by pid.
 *
 *	tasks		each on a line, also those that are hidden behind a zombie leader
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct task { int pid, ppid; char state, name[64]; };

static int look(const char *pid, struct task *t)
{
	char path[300], text[600], *open, *close;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "r");
	if (!f)
		return -1;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = 0;
	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (!open || !close)
		return -1;
	*close = 0;
	t->pid = atoi(text);
	snprintf(t->name, sizeof(t->name), "%s", open + 1);
	return sscanf(close + 1, " %c %d", &t->state, &t->ppid) == 2 ? 0 : -1;
}

static int by_pid(const void *a, const void *b)
{
	return ((const struct task *)a)->pid - ((const struct task *)b)->pid;
}

int main(void)
{
	static struct task t[65536];
	int n = 0, i, ancestor = getpid();
	struct dirent *e;
	DIR *d = opendir("/proc");

	while (d && n < 65536 && (e = readdir(d)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && look(e->d_name, &t[n]) == 0)
			n++;
	while (ancestor > 0) {
		int up = 0;

		for (i = 0; i < n; i++)
			if (t[i].pid == ancestor) {
				up = t[i].ppid;
				t[i].pid = 0;
			}
		ancestor = up;
	}
	qsort(t, n, sizeof(*t), by_pid);
	for (i = 0; i < n; i++)
		if (t[i].pid)
			printf("%d %d %c %s\n", t[i].pid, t[i].ppid, t[i].state, t[i].name);
	return 0;
}
