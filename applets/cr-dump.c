/* cr-dump.c - cr dump: a tree into an image. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "core/dump.h"

/* HOW: NULL behind the last word. */
static int parse_compress(const char *how, struct dump_options *o)
{
	if (!how || (strcmp(how, "lz4") && strcmp(how, "none")))
		return -1;
	o->compress = strcmp(how, "none") ? IMAGE_LZ4 : IMAGE_RAW;
	return 0;
}

static const char *add_loss(const char *name, struct buf *allowed)
{
	if (!unit_may_be_lost(name))
		return "this feature cannot be left out, or is none";
	buf_printf(allowed, "%s%s", allowed->len ? "," : "", name);
	return buf_check(allowed) < 0 ? err_text() : NULL;
}

/* Returns 0 and fills O, or what is wrong. */
static const char *parse(int argc, char **argv, struct dump_options *o, struct buf *allowed)
{
	const char *wrong;
	int i, after = 0;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (!strcmp(argv[i], "-o") && i + 1 < argc)
			o->image = argv[++i];
		else if (!strcmp(argv[i], "-R") && ++after)
			o->after = DUMP_RUN;
		else if (!strcmp(argv[i], "-S") && ++after)
			o->after = DUMP_STOP;
		else if (!strcmp(argv[i], "-v"))
			o->verbose = 1;
		else if (!strcmp(argv[i], "--allow-loss") && i + 1 < argc) {
			wrong = add_loss(argv[++i], allowed);
			if (wrong)
				return wrong;
		} else if (!strcmp(argv[i], "--compress")) {
			if (parse_compress(argv[++i], o) < 0)
				return "--compress takes lz4 or none";
		} else if (!strcmp(argv[i], "--")) {
			i++;
			break;
		} else
			return "no such option, or its argument is missing";
	}
	if (after > 1)
		return "-R and -S exclude each other";
	if (i != argc - 1 || applet_pid(argv[i], &o->pid) < 0)
		return "exactly one PID is needed";
	return NULL;
}

static int dump_main(int argc, char **argv)
{
	struct dump_options o = { .after = DUMP_KILL, .compress = IMAGE_LZ4, .progress = isatty(STDERR_FILENO) };
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	cleanup_buf struct buf allowed = { 0 };
	char name[32];
	const char *wrong;
	int ret;

	if (argc == 2 && !strcmp(argv[1], "--phases"))
		return applet_phases(dump_phases);
	wrong = parse(argc, argv, &o, &allowed);
	if (wrong)
		return applet_usage("dump", wrong);
	if (!o.image) {
		snprintf(name, sizeof(name), "cr-%d.tar", o.pid);
		o.image = name;
	}
	report.allowed = allowed.p;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* as a pipe whose reader is gone, an image that may not grow is an error to tell of */
	ret = dump_run(&o, &report);
	findings_print(stderr, &report);
	arena_free(&arena);
	return ret < 0 ? applet_failed("dump") : STATUS_DONE;
}

const struct applet applet_dump = {
	.name = "dump",
	.title = "write a process tree into an image",
	.usage = ROW_TEXT(
		"usage: cr dump [-o IMAGE|-] [-R|-S] [-v] [--compress lz4|none]\n"
		"               [--allow-loss NAME]... PID\n"
		"Writes the process PID and everything below it into an image, and ends it when the image is safe.\n"
		"\n"
		"  -o IMAGE         the file to write (default cr-PID.tar); - is standard output\n"
		"  -R               leave the tree running\n"
		"  -S               leave the tree stopped (SIGSTOP)\n"
		"  --allow-loss NAME  go without this feature of the checklist; the image tells\n"
		"  --compress HOW   lz4 (default) or none\n"
		"  -v               print the phases with their times\n"
		"  --phases         print the names of the phases\n"
		"\n"
		"Exit codes: 0 done; 1 refused, each reason named, nothing was changed; 2 usage;\n"
		"3 the system failed, the process runs on.\n"),
	.main = dump_main,
};
