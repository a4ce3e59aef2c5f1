/* machine.c - cr check alone: what this kernel and these privileges give. See check.h. */
#include <string.h>

#include "applets/applet.h"
#include "applets/check.h"
#include "applets/findings.h"
#include "core/facility.h"
#include "core/texts.h"
#include "image/record.h"

static const char *verdict_of(const struct facility *f, const char *missing)
{
	return !missing ? "yes" : f->needed ? "missing" : "without";
}

static void put_line(struct buf *out, const struct facility *f, const struct text *t, const char *missing)
{
	buf_printf(out, "%-7s  %-22s  %s", verdict_of(f, missing), f->name, t->title);
	if (t->also)
		buf_printf(out, " [%s]", t->also);
	if (missing)
		buf_printf(out, "  needs %s", missing);
	buf_putc(out, '\n');
}

static void put_json(struct buf *out, const struct facility *f, const struct text *t, const char *missing)
{
	buf_putc(out, '{');
	json_member(out, "facility", f->name);
	buf_printf(out, ",\"there\":%s,\"check\":%s,\"dump\":%s,\"restore\":%s", missing ? "false" : "true",
		   f->needed & FOR_CHECK ? "true" : "false", f->needed & FOR_DUMP ? "true" : "false",
		   f->needed & FOR_RESTORE ? "true" : "false");
	json_member(out, "use", t->title);
	json_member(out, "needs", missing);
	buf_puts(out, ",\"features\":[");
	for (const char *p = t->also; p && *p; p += strcspn(p, " "), p += *p == ' ')
		buf_printf(out, "%s\"%.*s\"", p == t->also ? "" : ",", (int)strcspn(p, " "), p);
	buf_puts(out, "]}");
}

static const char *yes_no(int lacks, int json)
{
	return json ? lacks ? "false" : "true" : lacks ? "no" : "yes";
}

static void put_verdict(struct buf *out, int lacks, int json)
{
	const char *check = yes_no(lacks & FOR_CHECK, json), *dump = yes_no(lacks & FOR_DUMP, json), *restore = yes_no(lacks & FOR_RESTORE, json);

	if (ENABLE_JSON && json) {
		buf_printf(out, "],\"check\":%s,\"dump\":%s,\"restore\":%s}\n", check, dump, restore);
		return;
	}
	if (facility_in_user_namespace())
		buf_puts(out, "cr runs in a user namespace: its capabilities count only for what belongs to that\n");
	buf_printf(out, "this machine, with these privileges: check %s, dump %s, restore %s\n", check, dump, restore);
}

static void put(struct buf *out, const char *texts, const struct facility *f, const char *missing, int json)
{
	struct text t;

	texts_find(texts, "core/", f->name, &t);
	if (ENABLE_JSON && json && f != facilities)
		buf_puts(out, ",\n");
	if (ENABLE_JSON && json)
		put_json(out, f, &t, missing);
	else
		put_line(out, f, &t, missing);
}

int check_machine(const struct check_job *j)
{
	cleanup_buf struct buf out = { 0 };
	struct arena arena = { 0 };
	const char *texts = texts_unpack(&arena, TEXTS_FIRST);
	int lacks = 0, ret;

	if (ENABLE_JSON && j->json)
		buf_puts(&out, "{\"checked\":\"\",\"kind\":\"machine\",\"facilities\":[");
	for (const struct facility *f = facilities; texts && f->name; f++) {
		const char *missing = f->probe();

		if (missing)
			lacks |= f->needed;
		put(&out, texts, f, missing, j->json);
	}
	put_verdict(&out, lacks, j->json);
	arena_free(&arena);
	ret = texts ? applet_print("check", &out, j->quiet) : applet_failed("check");
	return ret == STATUS_DONE && lacks ? STATUS_REFUSED : ret;
}
