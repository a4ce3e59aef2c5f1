/*
 * hostile_test.c - images that are sealed and well formed, but say what no dump would: every value of every record replaced by others,
 * lines missing, twice or in another place. Whatever they ask for, a restore ends soon, by itself, and leaves nothing behind.
 *
 *	hostile_test [all]		all: every one of them, which takes a few minutes; else some hundreds, other ones each time
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/dump.h"
#include "core/restore.h"
#include "image/image.h"
#include "check.h"

#define SECONDS 20			/* for one restore: some milliseconds, if all is well */
#define MEMORY (2ull << 30)		/* of addresses */
#define SOME 700
#define PAGE 4096

static int tried, exits[8];

/* ---- a tree with a little of everything ---- */

static void *sleeper(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static _Noreturn void child(int which)
{
	if (which == 0)
		_exit(3);
	if (which == 1)
		raise(SIGSTOP);
	if (which == 2)
		setsid();
	if (which == 3)
		setpgid(0, 0);
	for (;;)
		pause();
}

static pid_t make_tree(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };
	struct sigevent event = { .sigev_notify = SIGEV_NONE };
	struct itimerspec later = { .it_value = { 1000, 0 } };
	int ends[2], ready[2];
	pthread_t thread;
	timer_t timer;
	sigset_t set;
	pid_t pid;
	char c;

	if (pipe(ready) || (pid = fork()) < 0)
		return -1;
	if (pid) {
		close(ready[1]);
		return read(ready[0], &c, 1) == 1 && !close(ready[0]) ? pid : -1;
	}
	dup2(ready[1], 100);
	for (int fd = 0; fd < 1024; fd++)	/* what we were given is of somebody outside */
		if (fd != 100)
			close(fd);
	if (open("/dev/null", O_RDONLY) || open("/dev/null", O_WRONLY) != 1 || open("file", O_RDWR | O_CREAT | O_APPEND, 0600) != 2)
		_exit(1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGHUP, &action, NULL);
	raise(SIGUSR1);
	if (pipe(ends) || write(ends[1], "contents", 8) != 8 || open("/", O_RDONLY | O_DIRECTORY) < 0 ||
	    open("file", O_RDWR | O_CREAT, 0600) < 0 || timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &later, NULL))
		_exit(1);
	for (int i = 0; i < 4; i++)
		if (!fork()) {
			close(100);
			child(i);
		}
	if (pthread_create(&thread, NULL, sleeper, NULL))
		_exit(1);
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	if (write(100, "", 1) != 1 || close(100))
		_exit(1);
	sleeper(NULL);
	_exit(0);
}

/* ---- an image in memory ---- */

struct member {
	char name[96];
	char *text;
	size_t len;
	int bulk;
	char *lines;			/* what is changed: the text; of a chunk of pages, the lines at its head; NULL: nothing */
};
static struct member members[256];
static size_t nmembers;

/* Up to the empty line. */
static char *head_of(const char *chunk)
{
	const char *end = strstr(chunk, "\n\n");

	return end ? strndup(chunk, (size_t)(end + 1 - chunk)) : NULL;
}

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	struct image_reader *r = fd < 0 ? NULL : image_reader_new(fd);
	struct image_member m;

	if (!r)
		return -1;
	while ((ret = image_read_next(r, &m)) > 0 && nmembers < sizeof(members) / sizeof(*members)) {
		struct member *to = &members[nmembers++];

		snprintf(to->name, sizeof(to->name), "%s", m.name);
		to->text = malloc(m.len + 1);
		if (!to->text)
			return -1;
		memcpy(to->text, m.data, m.len);
		to->text[m.len] = 0;
		to->len = m.len;
		to->bulk = m.bulk;
		to->lines = !m.bulk ? to->text : strncmp(m.name, "pages/", 6) ? NULL : head_of(to->text);
	}
	image_reader_free(r);
	close(fd);
	return ret;
}

/* HEAD, if any, instead of the first page. */
static int put_bulk(struct image_writer *w, const struct member *m, const char *head)
{
	struct image_chunk *c = image_chunk_get(w);

	if (!c)
		return -1;
	memcpy(c->name, m->name, sizeof(c->name));
	memcpy(c->data, m->text, m->len);
	c->len = m->len;
	if (head && strlen(head) < PAGE) {
		memset(c->data, 0, PAGE);
		memcpy(c->data, head, strlen(head));
		c->data[strlen(head)] = '\n';
	}
	return image_chunk_put(w, c);
}

/* With TEXT instead of the lines of member AT. The descriptor, or -1. */
static int save(size_t at, const char *text)
{
	int fd = memfd_create("image", MFD_CLOEXEC);
	struct image_writer *w = image_writer_new(fd, IMAGE_RAW, 1);
	int ret = w ? 0 : -1;

	for (size_t i = 0; !ret && i < nmembers; i++) {
		const struct member *m = &members[i];

		if (m->bulk)
			ret = put_bulk(w, m, i == at ? text : NULL);
		else
			ret = i == at ? image_write_section(w, m->name, text, strlen(text)) : image_write_section(w, m->name, m->text, m->len);
	}
	if (!ret)
		ret = image_writer_finish(w);
	image_writer_free(w);
	if (!ret && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/* ---- one restore ---- */

static int never(void *ctx, pid_t root)
{
	(void)ctx, (void)root;
	return fail_plain("it would have run");
}

static _Noreturn void restore(int fd)
{
	char path[40];
	struct restore_options options = { .image = path, .ready = never, .sibling = 1 };
	struct rlimit limit = { MEMORY, RLIM_INFINITY };
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	pid_t root;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	alarm(SECONDS);
	setrlimit(RLIMIT_AS, &limit);
	if (!freopen("said", "w", stderr))
		_exit(70);
	if (restore_run(&options, &report, -1, &root) == 0)
		_exit(0);
	fprintf(stderr, "%s", err_text());
	for (size_t i = 0; i < report.n && i < 5; i++)
		fprintf(stderr, "; %s %d %s %s", report.findings[i].id, report.findings[i].pid, report.findings[i].object, report.findings[i].meaning);
	fprintf(stderr, "\n");
	fflush(stderr);
	_exit(strcmp(err_text(), "it would have run") ? (int)err_status() : 0);
}

/* Processes of this namespace but ours: none may be left. */
static int is_alone(void)
{
	for (int naps = 0; naps < 200; naps++) {
		if (waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD)
			return 1;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	return 0;
}

static void try(size_t at, const char *text, const char *what)
{
	int fd = save(at, text), status = 0, good;
	pid_t pid;

	if (fd < 0) {
		check(0, "a hostile image is written");
		return;
	}
	fflush(stdout);
	pid = fork();
	if (!pid)
		restore(fd);
	close(fd);
	good = pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) < 5;
	tried++;
	if (good)
		exits[WEXITSTATUS(status)]++;
	if (getenv("HOSTILE_SAY") && good && WEXITSTATUS(status) == atoi(getenv("HOSTILE_SAY"))) {
		char said[400] = "";
		int f = open("said", O_RDONLY);

		(void)!read(f, said, sizeof(said) - 1);
		close(f);
		printf("%d: %s: %s", WEXITSTATUS(status), what, said);
	}
	if (!good || !is_alone()) {
		printf("      %s: wait status %#x\n", what, status);
		check(0, good ? "a hostile image leaves nothing behind" : "a hostile image is refused in time");
	}
}

/* ---- what is done to the text ---- */

static const char *const numbers[] = {
	"0", "1", "2", "-1", "9", "19", "63", "64", "65", "127", "139", "4096", "1048575", "2147483647", "2147483648", "4294967295",
	"9223372036854775807", "18446744073709551615",
};
static const char *const hexes[] = {
	"0x0", "0x1", "0xfff", "0x1000", "0x200000000000", "0x7ffffffff000", "0x7fffffffffff", "0x8000000000000000", "0xfffffffffffff000",
	"0xffffffffffffffff",
};
static const char *const octals[] = { "0", "01", "02", "03", "010000000", "020000000", "0100000", "037777777777" };
static const char *const strings[] = { "", "/", "zombie", "running", "stopped", "/dev/null", "/proc/self/mem", "../x", "%s%n", "x", "[vdso]", "dc,wf", "00", "ff",
	"00000000", "0000010001", "ffffffffff", "0002080000000000000000ff" };

static const char *const *list_for(const char *value, size_t len, size_t *n)
{
	if (len > 2 && value[0] == '0' && value[1] == 'x')
		return *n = sizeof(hexes) / sizeof(*hexes), hexes;
	if (len > 1 && value[0] == '0' && strspn(value, "01234567") >= len)
		return *n = sizeof(octals) / sizeof(*octals), octals;
	if (len && strspn(value, "-0123456789") >= len)
		return *n = sizeof(numbers) / sizeof(*numbers), numbers;
	return *n = sizeof(strings) / sizeof(*strings), strings;
}

/* TEXT with the bytes FROM..TO replaced. */
static char *replace(const char *text, size_t from, size_t to, const char *by)
{
	size_t len = strlen(text), n = strlen(by);
	char *out = malloc(len + n + 1);

	if (!out)
		exit(70);
	memcpy(out, text, from);
	memcpy(out + from, by, n);
	strcpy(out + from + n, text + to);
	return out;
}

static unsigned every = 1;		/* one of so many is tried */

static void maybe(size_t at, size_t from, size_t to, const char *by, const char *line, size_t line_len)
{
	const char *text = members[at].lines;
	char what[300], *hostile;

	if (rand() % every)
		return;
	snprintf(what, sizeof(what), "%s: %.*s: byte %zu to '%.40s'", members[at].name, (int)(line_len < 160 ? line_len : 160), line,
		 from - (size_t)(line - text), by);
	hostile = replace(text, from, to, by);
	try(at, hostile, what);
	free(hostile);
}

static size_t values(size_t at, const char *line, size_t len, int count)
{
	const char *text = members[at].lines;
	size_t sum = 0;

	for (const char *p = memchr(line, '=', len); p; p = memchr(p, '=', (size_t)(line + len - p))) {
		size_t n, value = strcspn(++p, " \n");
		const char *const *list = list_for(p, value, &n);

		sum += n;
		for (size_t i = 0; !count && i < n; i++)
			maybe(at, (size_t)(p - text), (size_t)(p - text) + value, list[i], line, len);
	}
	return sum;
}

static size_t lines(size_t at, int count)
{
	const char *text = members[at].lines;
	size_t sum = 0;

	for (const char *p = text; p && *p;) {
		size_t len = strcspn(p, "\n"), here = (size_t)(p - text);
		char *again = strndup(p, len + 1);

		sum += values(at, p, len, count) + 2;
		if (!count) {
			maybe(at, here, here + len + 1, "", p, len);
			maybe(at, here, here, again, p, len);
		}
		free(again);
		p += len + 1;
	}
	return sum;
}

/* Every process below every other one: below itself, its own child, a zombie. */
static void parents(size_t at)
{
	const char *text = members[at].lines;
	char by[16], what[80];

	for (const char *p = text; (p = strstr(p, " ppid=")); p++)
		for (const char *q = text; (q = strstr(q, "task pid=")); q++) {
			size_t from = (size_t)(p + 6 - text);
			char *hostile;

			snprintf(by, sizeof(by), "%d", atoi(q + 9));
			snprintf(what, sizeof(what), "%s: byte %zu: the parent is %s", members[at].name, from, by);
			hostile = replace(text, from, from + strspn(p + 6, "0123456789"), by);
			try(at, hostile, what);
			free(hostile);
		}
}

int main(int argc, char **argv)
{
	struct dump_options options = { .image = "image", .after = DUMP_KILL };
	struct arena arena = { 0 };
	struct report report = { .arena = &arena };
	size_t all = 0;

	signal(SIGPIPE, SIG_IGN);
	options.pid = make_tree();
	unlink("image");
	check(options.pid > 0 && dump_run(&options, &report) == 0, "a tree with a little of everything is dumped");
	for (size_t i = 0; i < report.n; i++)
		printf("      %s %s %s\n", report.findings[i].id, report.findings[i].object, report.findings[i].meaning);
	if (failures || load("image") < 0) {
		printf("      %s\n", err_text());
		return 1;
	}
	check(is_alone(), "it has ended");
	try(nmembers, "", "the image itself");
	check(exits[0] == 1, "its image could run again");
	for (size_t i = 0; i < nmembers; i++)
		all += lines(i, 1);
	every = argc > 1 ? 1 : (unsigned)(all / SOME + 1);
	srand((unsigned)time(NULL));
	for (size_t i = 0; i < nmembers; i++)
		lines(i, 0);
	for (size_t i = 0; i < nmembers; i++)
		if (!strcmp(members[i].name, "tasks"))
			parents(i);
	printf("      of %zu hostile images %d were tried: %d harmless, %d refused, %d failed, %d bad\n", all, tried, exits[0], exits[1], exits[3], exits[4]);
	check(tried > 1, "hostile images were tried");
	if (!failures)
		check(1, "every one of them ended by itself, and left nothing behind");
	return failures != 0;
}
