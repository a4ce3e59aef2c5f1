/*
 * sysvipc.c - /proc/sysvipc/{shm,msg,sem}: the System V objects of the reader's own IPC namespace, whoever uses them.
 *
 *	       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime
 *	         0         29   600          1     0     0     0     0 1795529721 1795529720
 *
 * The heading names the columns, so all three are one. proc_sysvipc(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define COLUMNS_MAX 24

#define COLUMN(name, member) { name, offsetof(struct proc_ipc_object, member) }
static const struct {
	char name[7];
	uint8_t offset;
} columns[] = {
	COLUMN("key", key), COLUMN("shmid", id), COLUMN("semid", id), COLUMN("msqid", id), COLUMN("perms", perms),
	COLUMN("size", size), COLUMN("nsems", size), COLUMN("cbytes", size), COLUMN("qnum", count), COLUMN("nattch", count),
	COLUMN("lspid", last[0]), COLUMN("lrpid", last[1]), COLUMN("cpid", last[0]), COLUMN("lpid", last[1]), COLUMN("otime", otime),
};

/* Where each number of a line goes; -1: nobody asks for it. */
static int take_heading(const char **text, int where[COLUMNS_MAX])
{
	int n = 0;

	for (text_blanks(text); **text && **text != '\n'; text_blanks(text)) {
		size_t len = text_word_length(*text);

		if (n == COLUMNS_MAX)
			return -1;
		where[n] = -1;
		for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
			if (strlen(columns[i].name) == len && !memcmp(columns[i].name, *text, len))
				where[n] = columns[i].offset;
		n++;
		*text += len;
	}
	return text_end(text) ? -1 : n;
}

/* Permissions are printed in octal, and read as the digits they are. */
static int take_row(const char **text, const int where[COLUMNS_MAX], int n, struct proc_ipc_object *out)
{
	int64_t value;

	for (int i = 0; i < n; i++) {
		text_blanks(text);
		if (text_i64(text, &value))
			return -1;
		if (where[i] >= 0)
			memcpy((char *)out + where[i], &value, sizeof(value));
	}
	return text_end(text);
}

int proc_sysvipc_parse(struct arena *a, const char *text, struct proc_ipc_objects *out)
{
	int where[COLUMNS_MAX], n;
	size_t cap = 0;
	const char *line = text;

	*out = (struct proc_ipc_objects) { 0 };
	text_blanks(&text);
	if (strncmp(text, "key ", 4))
		return text_fail("sysvipc", line);
	n = take_heading(&text, where);
	if (n < 3 || where[1] != (int)offsetof(struct proc_ipc_object, id))
		return text_fail("sysvipc", line);
	while (*text) {
		line = text;
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_row(&text, where, n, &out->v[out->n]))
			return text_fail("sysvipc", line);
		out->n++;
	}
	return 0;
}

int proc_read_sysvipc(const char *name, struct arena *a, struct proc_ipc_objects *out)
{
	cleanup_buf struct buf text = { 0 };
	char path[40];

	*out = (struct proc_ipc_objects) { 0 };
	snprintf(path, sizeof(path), "/proc/sysvipc/%s", name);
	if (io_read_file(AT_FDCWD, path, &text))
		return errno == ENOENT ? PROC_ABSENT : fail("read %s", path);
	return text.p ? proc_sysvipc_parse(a, text.p, out) : 0;
}
