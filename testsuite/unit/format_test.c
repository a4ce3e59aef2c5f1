/*
 * format_test.c - the table of records at the end of image/FORMAT is what the field tables say; and the model has room for them.
 *
 *	format_test		compares
 *	format_test --print	prints the table: "make updateformat" puts it there
 */
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/io.h"
#include "core/unit.h"

#define WIDTH 116
#define TITLE "11  SECTIONS AND RECORDS BY KIND\n"

static struct buf out;
static int column;

static const char *type_name(const struct field *f)
{
	switch (f->type) {
	case FIELD_U64: return "U64";
	case FIELD_I64: return "I64";
	case FIELD_HEX: return "HEX";
	case FIELD_OCT: return "OCT";
	case FIELD_BOOL: return "BOOL";
	case FIELD_STR: return "STR";
	case FIELD_BYTES: return "BYTES";
	case FIELD_LIST: return "LIST";
	}
	return "?";
}

static void word(const char *text)
{
	int len = (int)strlen(text);

	if (column + 1 + len > WIDTH) {
		buf_puts(&out, "\n\t\t");
		column = 16;
	}
	buf_printf(&out, "%s%s", column > 16 ? " " : "", text);
	column += len + (column > 16);
}

static void fields(const struct field *f)
{
	for (; f && f->name; f++) {
		int is_number = f->type == FIELD_U64 || f->type == FIELD_I64 || f->type == FIELD_HEX || f->type == FIELD_OCT;
		char text[128], bits[16] = "";

		if (is_number && f->width < 8)
			snprintf(bits, sizeof(bits), "/%d", f->width * 8);
		snprintf(text, sizeof(text), "%s%s=%s%s", f->name, f->unequal ? "*" : "", type_name(f), bits);
		word(text);
	}
}

/* A record that belongs to something else names it first: OWNER, "" none. */
static void record(const char *name, const char *what, const char *owner, const struct field *own, const struct field *more)
{
	buf_printf(&out, "\n\t%-15s %s\n\t\t", name, what);
	column = 16;
	if (*owner)
		word(owner);
	fields(own);
	fields(more);
	buf_puts(&out, "\n");
}

static const char *titles(const char *folder, const char *name)
{
	static struct arena arena;
	static const char *texts;
	struct text text;

	if (!texts)
		texts = texts_unpack(&arena, TEXTS_ALL);
	texts_find(texts, folder, name, &text);
	return text.title;
}

static void tasks(void)
{
	buf_puts(&out, "\nSECTION tasks\n");
	record("task", "a process; a parent before its children, and those in the order of their age. Up to the next one\n"
	       "\t\tfollow its threads, the records of the whole process (pid), and those of each thread (tid).\n"
	       "\t\tpgid, sid 0: those of whoever restores. run: running, stopped, continued, zombie. tty_nr 0:\n"
	       "\t\tno controlling terminal. foreground: its group is the one in the foreground there", "", task_fields, NULL);
	record("thread", "the leader first", "pid=U64/32", thread_fields, NULL);
	for (int i = 0; task_kinds[i]; i++)
		if (task_kinds[i]->fields && task_kinds[i]->fields->name)
			record(task_kinds[i]->name, titles("core/task/", task_kinds[i]->name), task_kinds[i]->scope == PER_TASK ? "pid=U64/32" : "tid=U64/32",
			       task_kinds[i]->fields, NULL);
}

static void print_all(void)
{
	buf_puts(&out, "\nWhat may stand in each section; the order is that of the records. key=TYPE is written as key=value, with the type as\n"
		 "section 4 says; /32 after it: the number has to fit that many bits; * after the key: a difference is allowed when a\n"
		 "restored tree is compared with its image. This part is made from the field tables by \"make updateformat\".\n"
		 "\nSECTION header\n");
	record("image", "exactly one; the first record", "", header_fields, NULL);
	tasks();
	buf_puts(&out, "\nSECTION memory\n");
	record("mapped", "a file that is mapped or executed, with what tells that it is the same one; id: 0, 1, ...", "id=U64", mapped_fields, NULL);
	record("mm", "one for each process that is no zombie; exe and the \"file\" of a vma are ids of \"mapped\", -1 none", "pid=U64/32", mm_fields, NULL);
	record("vma", "the mappings of the \"mm\" before it, by address. type: 0 anonymous, 1 file, 2 vdso, 3 vvar, 4 vsyscall;\n"
	       "\t\tprot as mmap(2); may: 1 read, 2 write, 4 execute, 8 share; pages, parent_pages: how many are in the image", "pid=U64/32", vma_fields, NULL);
	buf_puts(&out, "\nSECTION files\n");
	for (int i = 0; file_kinds[i]; i++)
		record(file_kinds[i]->name, titles("core/file/", file_kinds[i]->name), "", file_fields, file_kinds[i]->fields);
	record("fd", "a descriptor of a process; file is the id of an open file above", "pid=U64/32", fd_fields, NULL);
}

static int sources(const char *top, const char *folder)
{
	char pattern[4096];
	glob_t g;
	int n;

	snprintf(pattern, sizeof(pattern), "%s/core/%s/*.c", top, folder);
	n = glob(pattern, 0, NULL, &g) ? 0 : (int)g.gl_pathc;
	globfree(&g);
	return n - 1;			/* run.c is no unit */
}

/* A program that was built without some kinds has another table. */
static int has_all_kinds(const char *top)
{
	int n_tasks = 0, n_files = 0;

	while (task_kinds[n_tasks])
		n_tasks++;
	while (file_kinds[n_files])
		n_files++;
	return n_tasks == sources(top, "task") && n_files == sources(top, "file");
}

/* Each kind has a place of its own among those of its scope. */
static int have_places(void)
{
	unsigned n[2] = { 0, 0 };

	for (int k = 0; task_kinds[k]; k++)
		if (k >= TASK_KINDS_MAX || task_kind_slot(k) != n[task_kinds[k]->scope]++)
			return 0;
	return n[PER_TASK] <= TASK_SLOTS && n[PER_THREAD] <= THREAD_SLOTS;
}

static void free_out(void)
{
	buf_free(&out);
}

int main(int argc, char **argv)
{
	char path[4096];
	cleanup_buf struct buf text = { 0 };
	const char *top = getenv("TOP") ? getenv("TOP") : ".", *at;

	atexit(free_out);
	print_all();
	if (argc > 1) {
		printf("%s", out.p);
		return 0;
	}
	if (!have_places()) {
		puts("FAIL: there is a place for the records of each kind (TASK_SLOTS, THREAD_SLOTS)");
		return 1;
	}
	if (!has_all_kinds(top)) {
		puts("SKIP: image/FORMAT lists the records and keys that there are: some units are configured out");
		return 0;
	}
	snprintf(path, sizeof(path), "%s/image/FORMAT", top);
	if (io_read_file(AT_FDCWD, path, &text) < 0) {
		printf("FAIL: %s can be read\n", path);
		return 1;
	}
	at = strstr(text.p, "\n\n" TITLE);
	if (!at || strcmp(at + 2 + strlen(TITLE), out.p)) {
		puts("FAIL: image/FORMAT lists the records and keys that there are (make updateformat)");
		return 1;
	}
	puts("PASS: image/FORMAT lists the records and keys that there are");
	return 0;
}
