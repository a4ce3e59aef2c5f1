/*
 * main.c - cr is one program under several names: "cr check 42" and "cr-check 42" are the same.
 *
 * The applets are the files applets/cr-NAME.c that the configuration has switched on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/keyctl.h>

#include "applets/applet.h"
#include "applets/findings.h"
#include "core/texts.h"

#define APPLET(name) extern const struct applet applet_##name;
#include "build/units.h"

static const struct applet *const applets[] = {
#define APPLET(name) &applet_##name,
#include "build/units.h"
	NULL
};

static const struct text_unit help = {
	.name = "main",
	.page = ROW_TEXT(
		"cr APPLET [ARGUMENT...]\n"
		"       cr --list                  the names of the applets\n"
		"       cr --install [-s] DIR      link cr-APPLET in DIR to this program (-s: symbolic links)\n"
		"       cr --version\n"
		"       cr APPLET --help\n\n"
		"Exit codes: 0 done, 1 refused and nothing was changed, 2 wrong usage,\n"
		"3 the system failed, 4 bad image.\n\n"),
};

static const struct applet *find(const char *name)
{
	for (size_t i = 0; applets[i]; i++) {
		if (strcmp(applets[i]->name, name) == 0)
			return applets[i];
	}
	return NULL;
}

static int print_usage(FILE *out)
{
	fprintf(out, "cr " CR_VERSION " - checkpoint and restore Linux processes\n\nusage: ");
	if (texts_print(out, help.name, TEXTS_FIRST) < 0)
		return STATUS_SYSTEM;
	for (size_t i = 0; applets[i]; i++)
		fprintf(out, "  %-10s %s\n", applets[i]->name, applets[i]->title);
	return out == stdout ? STATUS_DONE : STATUS_USAGE;
}

/* What was printed counts only when it arrived: a full disk must not look like success. */
static int flushed(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "cr: standard output: %s\n", strerror(errno));
	return STATUS_SYSTEM;
}

static int list(void)
{
	for (size_t i = 0; applets[i]; i++)
		printf("%s\n", applets[i]->name);
	return STATUS_DONE;
}

/* Where this program stands, so that links to it can be made. */
static int own_path(char *path, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", path, size);

	if (len < 0)
		return fail("find out where this program is: /proc/self/exe");
	if ((size_t)len >= size)
		return fail_plain("the path of this program is longer than %zu bytes", size - 1);
	path[len] = '\0';
	return 0;
}

static int same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Links DIR/cr-NAME to the program. A link that is there already is left alone; any other file is not replaced. */
static int link_applet(const char *program, const char *dir, const char *name, int symbolic)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof(path), "%s/cr-%s", dir, name) >= sizeof(path))
		return fail_plain("%s: the path is too long", dir);
	if (same_file(program, path))
		return 0;
	if ((symbolic ? symlink(program, path) : link(program, path)) == 0)
		return 0;
	return fail("link %s to %s", path, program);
}

static int install(int argc, char **argv)
{
	int symbolic = argc > 0 && strcmp(argv[0], "-s") == 0;
	char program[4096];

	if (argc != symbolic + 1 || argv[symbolic][0] == '-') {
		fprintf(stderr, "cr: --install [-s] DIR: name one folder\n");
		return STATUS_USAGE;
	}
	if (own_path(program, sizeof(program)) < 0)
		goto failed;
	for (size_t i = 0; applets[i]; i++) {
		if (link_applet(program, argv[symbolic], applets[i]->name, symbolic) < 0)
			goto failed;
	}
	return STATUS_DONE;
failed:
	fprintf(stderr, "cr: %s\n", err_text());
	return STATUS_SYSTEM;
}

/* --help counts up to the first "--" and wherever it stands: nobody who asks for help wants anything done. */
static int wants_help(char **argv)
{
	for (size_t i = 1; argv[i] && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return 1;
	}
	return 0;
}

static int run(const struct applet *applet, int argc, char **argv)
{
	if (wants_help(argv))
		return texts_print(stdout, applet->name, TEXTS_FIRST) < 0 ? applet_failed(applet->name) : STATUS_DONE;
	return applet->main(argc, argv);
}

static int run_option(int argc, char **argv)
{
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
		return print_usage(stdout);
	if (strcmp(argv[0], "--list") == 0)
		return list();
	if (strcmp(argv[0], "--install") == 0)
		return install(argc - 1, argv + 1);
	if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "-V") == 0) {
		printf("cr " CR_VERSION "\n");
		return STATUS_DONE;
	}
	fprintf(stderr, "cr: there is no applet or option \"%s\"; cr --help names them\n", argv[0]);
	return STATUS_USAGE;
}

/*
 * A file that we open must not get a standard number that was closed, or messages would go into an image. What is put there fails like
 * something that is closed: nothing can be read from 0, nor written to 1 and 2.
 */
static void fill_standard(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

/* What goes from a caller to us, and on to what is restored; uname(2), too, is to tell the truth (setarch(8)). What fails cannot be set at all. */
static const long usual[][4] = {
	{ SYS_personality, PER_LINUX },
	{ SYS_prctl, PR_SET_MEMORY_MERGE },
	{ SYS_prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_ENABLE },
	{ SYS_prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_ENABLE },
	{ SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, KEY_REQKEY_DEFL_DEFAULT },
};

/*
 * Whoever starts us may ignore what its children become: then ours would leave no status to wait for. A word to a terminal that has others
 * in front (stty tostop) must not stop us while we hold what we dump.
 */
static void become_usual(void)
{
	signal(SIGCHLD, SIG_DFL);
	signal(SIGTTOU, SIG_IGN);
	for (size_t i = 0; (ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE) && i < sizeof(usual) / sizeof(usual[0]); i++)
		syscall(usual[i][0], usual[i][1], usual[i][2], usual[i][3], 0, 0);
}

int main(int argc, char **argv)
{
	const char *name = argc > 0 && argv[0] ? argv[0] : "cr";
	const struct applet *applet;

	fill_standard();
	become_usual();
	if (strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	applet = strncmp(name, "cr-", 3) == 0 ? find(name + 3) : NULL;
	if (applet)
		return flushed(run(applet, argc, argv));
	if (argc < 2)
		return print_usage(stderr);
	applet = find(argv[1]);
	if (applet)
		return flushed(run(applet, argc - 1, argv + 1));
	return flushed(run_option(argc - 1, argv + 1));
}
