/* vdso_gone.c - a process without vdso: it has unmapped it. */
/* flavours: static */
/* refused: memory */
#include "subject.h"
#include <sys/auxv.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char line[300];
	unsigned long from, to, at[8][2];
	int n = 0;
	FILE *f;

	subject_init(argc, argv);
	f = fopen("/proc/self/maps", "re");
	while (f && fgets(line, sizeof(line), f) && n < 8)
		if (strstr(line, "[vdso]") || strstr(line, "[vvar"))
			if (sscanf(line, "%lx-%lx", &from, &to) == 2)
				at[n][0] = from, at[n++][1] = to;
	fclose(f);
	while (n--)
		MUST(!munmap((void *)at[n][0], at[n][1] - at[n][0]));

	subject_freeze();

	f = fopen("/proc/self/maps", "re");
	while (f && fgets(line, sizeof(line), f))
		EXPECT(!strstr(line, "[vdso]"), "there is a vdso: %s", line);
	fclose(f);
	return subject_end();
}
