/* vdso_full.c - a process whose vdso ends without room for anything: what cr puts elsewhere meanwhile is not in the image. */
/* flavours: dynamic musl */
#include "subject.h"

/* Byte by byte, so that it is not here. */
static int is_mark(const unsigned char *p)
{
	static const unsigned char mark[] = { 'c' ^ 1, 'r' ^ 1, 'r' ^ 1, 'e' ^ 1, 'm' ^ 1, 'o' ^ 1, 't' ^ 1, 'e' ^ 1 };

	for (size_t i = 0; i < sizeof(mark); i++)
		if ((p[i] ^ 1) != mark[i])
			return 0;
	return 1;
}

static void fill_vdso(void)
{
	char line[300];
	unsigned long from, to;
	FILE *f = fopen("/proc/self/maps", "re");
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	MUST(f && fd >= 0);
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[vdso]") && sscanf(line, "%lx-%lx", &from, &to) == 2)
			for (unsigned long at = to - 1; at >= from && !*(char *)at; at--)
				MUST(pwrite(fd, "\x55", 1, (off_t)at) == 1);
	close(fd);
	fclose(f);
}

int main(int argc, char **argv)
{
	char line[300], may[5];
	unsigned long from, to;
	FILE *f;

	subject_init(argc, argv);
	fill_vdso();

	subject_freeze();

	f = fopen("/proc/self/maps", "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx %4s", &from, &to, may) == 3 && !strcmp(may, "r-xp"))
			for (unsigned long at = from; at + 8 <= to; at += 8)
				EXPECT(!is_mark((unsigned char *)at), "cr left something at 0x%lx in %s", at, line);
	return subject_end();
}
