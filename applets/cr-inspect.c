/* cr-inspect.c - cr inspect: what is in an image. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "core/base/io.h"
#include "core/mem/mem.h"
#include "core/unit.h"
#include "image/image.h"
#include "image/record.h"

struct inspect {
	int json;
	const char *path, *section;
	struct model model;
	struct buf raw;			/* the section that was asked for */
	int found;
	uint64_t bulk, stored;		/* bytes of content, and as they stand in the archive */
	size_t members;
};

/* ---- for people ---- */

static unsigned is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Not strftime(3): it brings along 8 KB of time zones. */
static void print_time(uint64_t seconds)
{
	static const uint8_t length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned days = (unsigned)(seconds / 86400), rest = (unsigned)(seconds % 86400), year = 1970, month = 0;

	if (seconds >> 37) {		/* after the year 6000: nonsense */
		printf("%llu seconds after 1970", (unsigned long long)seconds);
		return;
	}
	for (; days >= 365 + is_leap(year); year++)
		days -= 365 + is_leap(year);
	for (; days >= length[month] + (month == 1) * is_leap(year); month++)
		days -= length[month] + (month == 1) * is_leap(year);
	printf("%u-%02u-%02u %02u:%02u:%02u UTC", year, month + 1, days + 1, rest / 3600, rest / 60 % 60, rest % 60);
}

/* An image may have been made by anybody: nothing in it may reach the terminal as it is. */
static void print_text(const char *before, const char *text)
{
	cleanup_buf struct buf out = { 0 };

	applet_text(&out, text);
	printf("%s%s", before, out.p ? out.p : "");
}

static void print_header(const struct inspect *in)
{
	const struct header *h = &in->model.header;

	printf("image     format %u, by cr ", h->format);
	print_text("", h->version);
	printf("\nmade      ");
	print_time(h->time);
	print_text(" on ", h->host);
	print_text(" (Linux ", h->kernel);
	print_text(", ", h->arch);
	printf(")\nroot      %d: ", h->root);
	print_text("", h->command);
	printf("\nasked     the tree was %s\n", h->leave_running ? "left as it was" : "ended");
	if (*h->losses)
		printf("lost      %s (--allow-loss)\n", h->losses);
	printf("memory    %llu KiB in %zu members, %llu KiB stored\n", (unsigned long long)(in->bulk >> 10), in->members,
	       (unsigned long long)(in->stored >> 10));
}

static int depth(const struct task *t)
{
	int n = 0;

	while ((t = t->parent))
		n++;
	return n;
}

static void print_memory(const struct model *m, const struct mm *mm)
{
	uint64_t anon = 0, file = 0, shared = 0, pages = 0, inherited = 0;

	for (size_t i = 0; i < mm->nvmas; i++) {
		const struct vma *v = &mm->vmas[i];

		pages += v->pages;
		inherited += v->parent_pages;
		if (v->type == VMA_ANON)
			anon += v->end - v->start;
		else if (v->type == VMA_FILE && v->shared)
			shared += v->end - v->start;
		else if (v->type == VMA_FILE)
			file += v->end - v->start;
	}
	printf("memory %zu mappings: anonymous %llu KiB, private files %llu KiB, shared files %llu KiB; in the image %llu KiB",
	       mm->nvmas, (unsigned long long)(anon >> 10), (unsigned long long)(file >> 10), (unsigned long long)(shared >> 10),
	       (unsigned long long)(pages * m->header.page_size >> 10));
	if (pages)
		printf(", %llu KiB stored", (unsigned long long)(mm->stored >> 10));
	if (inherited)
		printf(", with the parent %llu KiB", (unsigned long long)(inherited * m->header.page_size >> 10));
	putchar('\n');
}

static void print_fds(const struct model *m, const struct task *t, int indent)
{
	for (size_t i = 0; i < t->nfds; i++) {
		const struct file *f = m->files[t->fds[i].file];
		cleanup_buf struct buf text = { 0 };

		record_print(&text, f->kind->fields, f->state);
		printf("%*sfd %u%s %s #%u flags %#o pos %llu  %s\n", indent, "", t->fds[i].fd, t->fds[i].cloexec ? " (cloexec)" : "",
		       f->kind->name, f->id, f->flags, (unsigned long long)f->pos, text.p ? text.p : "");
	}
}

static void print_task(const struct model *m, const struct task *t)
{
	int indent = 2 * depth(t);

	printf("%*s%d %s", indent, "", t->pid, t->run);
	print_text(t->mm ? " " : "", t->mm ? t->mm->command : "");
	printf("\n%*s%zu %s, group %d, session %d", indent + 4, "", t->nthreads, t->nthreads == 1 ? "thread" : "threads", t->pgid, t->sid);
	print_text(t->mm ? ", program " : "", t->mm ? m->mapped[t->mm->exe]->path : "");
	putchar('\n');
	if (!t->mm)
		return;
	printf("%*s", indent + 4, "");
	print_memory(m, t->mm);
	print_fds(m, t, indent + 4);
}

static void print_tree(const struct model *m, const struct task *t)
{
	print_task(m, t);
	for (const struct task *child = t->child; child; child = child->sibling)
		print_tree(m, child);
}

/* ---- JSON ---- */

static void json_object(struct buf *out, const struct field *fields, const void *object)
{
	json_open(out, '{');
	record_json(out, fields, object);
	buf_putc(out, '}');
}

/* N objects of SIZE bytes. */
static void json_array(struct buf *out, const char *key, const struct field *fields, const void *objects, size_t n, size_t size)
{
	json_key(out, key);
	json_open(out, '[');
	for (size_t i = 0; i < n; i++)
		json_object(out, fields, (const char *)objects + i * size);
	buf_putc(out, ']');
}

static void json_states(struct buf *out, const struct state *states, enum scope scope)
{
	for (int k = 0; task_kinds[k]; k++) {
		const struct state *st = &states[task_kind_slot(k)];

		if (task_kinds[k]->scope == scope && st->n)
			json_array(out, task_kinds[k]->name, task_kinds[k]->fields, st->items, st->n, task_kinds[k]->size);
	}
}

static void json_task(struct buf *out, const struct task *t)
{
	json_open(out, '{');
	record_json(out, task_fields, t);
	json_states(out, t->state, PER_TASK);
	json_key(out, "threads");
	json_open(out, '[');
	for (size_t i = 0; i < t->nthreads; i++) {
		json_open(out, '{');
		record_json(out, thread_fields, &t->threads[i]);
		json_states(out, t->threads[i].state, PER_THREAD);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
	json_array(out, "fds", fd_fields, t->fds, t->nfds, sizeof(*t->fds));
	json_array(out, "vmas", vma_fields, t->mm ? t->mm->vmas : NULL, t->mm ? t->mm->nvmas : 0, sizeof(*t->mm->vmas));
	if (t->mm) {
		json_key(out, "mm");
		json_object(out, mm_fields, t->mm);
	}
	buf_putc(out, '}');
}

static void json_files(struct buf *out, const struct model *m)
{
	for (size_t i = 0; i < m->nfiles; i++) {
		const struct file *f = m->files[i];

		json_open(out, '{');
		json_member(out, "kind", f->kind->name);
		record_json(out, file_fields, f);
		json_key(out, "state");
		json_object(out, f->kind->fields, f->state);
		buf_putc(out, '}');
	}
}

static int print_json(const struct inspect *in)
{
	const struct model *m = &in->model;
	cleanup_buf struct buf out = { 0 };

	buf_puts(&out, "{\"header\":");
	json_object(&out, header_fields, &m->header);
	buf_printf(&out, ",\"bulk_bytes\":%llu,\"stored_bytes\":%llu,\"tasks\":[", (unsigned long long)in->bulk, (unsigned long long)in->stored);
	for (size_t i = 0; i < m->ntasks; i++)
		json_task(&out, m->tasks[i]);
	buf_puts(&out, "],\"mapped\":[");
	for (size_t i = 0; i < m->nmapped; i++)
		json_object(&out, mapped_fields, m->mapped[i]);
	buf_puts(&out, "],\"files\":[");
	json_files(&out, m);
	buf_puts(&out, "]}\n");
	if (buf_check(&out) < 0)
		return -1;
	fwrite(out.p, 1, out.len, stdout);
	return 0;
}

/* The section's lines, each as {"kind":..,"key":"value"}: values as they stand in the image. */
static int print_section_json(struct buf *raw)
{
	cleanup_buf struct buf out = { 0 };
	struct record r = { 0 };
	char *line = raw->p, *end;
	int first = 1;

	buf_putc(&out, '[');
	for (; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (record_parse(&r, line) < 0)
			return -1;
		buf_puts(&out, first ? "{" : ",\n{");
		json_member(&out, "kind", r.kind);
		for (unsigned i = 0; i < r.npairs; i++)
			json_member(&out, r.pairs[i].key, r.pairs[i].value);
		buf_putc(&out, '}');
		first = 0;
	}
	buf_puts(&out, "]\n");
	if (buf_check(&out) < 0)
		return -1;
	fwrite(out.p, 1, out.len, stdout);
	return 0;
}

/* ---- reading ---- */

static int count_stored(struct inspect *in, const struct image_member *m)
{
	struct task *t;

	in->bulk += m->len;
	in->stored += m->stored;
	in->members++;
	if (strncmp(m->name, "pages/", 6))
		return 0;
	t = mem_chunk_task(&in->model, m->name);
	if (t)
		t->mm->stored += m->stored;
	return t ? 0 : -1;
}

static int take_member(struct inspect *in, const struct image_member *m)
{
	if (m->bulk)
		return count_stored(in, m);
	if (in->section && !strcmp(in->section, m->name)) {
		in->found = 1;
		buf_add(&in->raw, m->data, m->len);
	}
	return model_read_section(&in->model, m->name, (char *)m->data, m->len);
}

static int read_image(struct inspect *in)
{
	cleanup_fd int fd = !strcmp(in->path, "-") ? dup(STDIN_FILENO) : open(in->path, O_RDONLY | O_CLOEXEC);
	struct image_reader *r;
	struct image_member m;
	int ret;

	if (fd < 0)
		return fail("open %s", in->path);
	r = image_reader_new(fd);
	if (!r)
		return -1;
	in->model.arena.limit = 1u << 30;
	while ((ret = image_read_next(r, &m)) > 0)
		if (take_member(in, &m) < 0) {
			ret = -1;
			break;
		}
	image_reader_free(r);
	return ret < 0 ? -1 : model_check_whole(&in->model);
}

static int print(struct inspect *in)
{
	if (in->section && !in->found) {
		fail_plain("there is no section '%s' in %s: header, tasks, memory, files", in->section, in->path);
		err_set(STATUS_USAGE, err_text());
		return -1;
	}
	if (in->json && !ENABLE_JSON)
		return fail_plain("this cr is built without JSON (CONFIG_JSON)");
	if (in->section && in->json && ENABLE_JSON)
		return print_section_json(&in->raw);
	if (in->section) {
		fwrite(in->raw.p ? in->raw.p : "", 1, in->raw.len, stdout);
		return 0;
	}
	if (in->json && ENABLE_JSON)
		return print_json(in);
	print_header(in);
	print_tree(&in->model, in->model.tasks[0]);
	return 0;
}

static int inspect_main(int argc, char **argv)
{
	struct inspect in = { 0 };
	int i = 1, ret;

	if (i < argc && !strcmp(argv[i], "-j")) {
		in.json = 1;
		i++;
	}
	if (i >= argc || argc - i > 2 || (argv[i][0] == '-' && argv[i][1]))
		return applet_usage("inspect", "an IMAGE and at most one SECTION are needed");
	in.path = argv[i];
	in.section = i + 1 < argc ? argv[i + 1] : NULL;
	ret = read_image(&in);
	if (ret == 0)
		ret = print(&in);
	buf_free(&in.raw);
	model_free(&in.model);
	return ret < 0 ? applet_failed("inspect") : STATUS_DONE;
}

const struct applet applet_inspect = {
	.name = "inspect",
	.title = "print what is in an image",
	.usage = ROW_TEXT(
		"usage: cr inspect [-j] IMAGE|- [SECTION]\n"
		"Prints an image: when and where it was made, the process tree, memory, open files.\n"
		"With SECTION (header, tasks, memory, files): that section as it stands in the image.\n"
		"\n"
		"  -j               JSON\n"
		"\n"
		"Exit codes: 0 done; 2 usage; 3 the system failed; 4 the image is damaged, or newer than this cr.\n"),
	.main = inspect_main,
};
