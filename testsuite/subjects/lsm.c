/* lsm.c - a security label asked for what it starts next. */
/* flavours: dynamic */
/* refused: lsm */
/* units: lsm_exec */
#include "subject.h"

static char label[512], planned[512];

/* The first line of /proc/self/NAME: its length, 0 when there is none. */
static size_t read_label(const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	return strlen(text);
}

static int write_label(const char *verb, const char *what)
{
	char text[600];
	int n = snprintf(text, sizeof(text), "%s%s", verb, what), fd, r;

	fd = open("/proc/self/attr/exec", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	r = write(fd, text, n) == n;
	close(fd);
	return r;
}

int main(int argc, char **argv)
{
	char now[512];

	subject_init(argc, argv);
	if (!read_label("attr/current", label, sizeof(label)))
		SKIP("no security module gives labels: /proc/self/attr/current is empty");
	/* SELinux takes the label itself, AppArmor a verb and the name of a profile. */
	if (!write_label("", label) && !write_label("exec ", "unconfined"))
		SKIP("attr/exec cannot be written under the label '%.200s': %s", label, strerror(errno));
	if (!read_label("attr/exec", planned, sizeof(planned)))
		SKIP("what attr/exec was given cannot be read back");

	subject_freeze();

	EXPECT(read_label("attr/current", now, sizeof(now)) && !strcmp(now, label), "label is '%s', was '%s'", now, label);
	EXPECT(read_label("attr/exec", now, sizeof(now)) && !strcmp(now, planned), "planned label is '%s', was '%s'", now, planned);
	return subject_end();
}
