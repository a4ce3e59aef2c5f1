/* procfs_cwd.c - works in a folder of /proc that ends with it. */
/* flavours: dynamic */
/* refused: procfs */
/* says: refused +procfs +pid [0-9]+ /proc/[0-9]+ +its working folder is one of /proc */
#include "subject.h"

int main(int argc, char **argv)
{
	char where[40], now[PATH_MAX];

	subject_init(argc, argv);
	snprintf(where, sizeof(where), "/proc/%d", (int)getpid());
	MUST(!chdir("/proc/self"));

	subject_freeze();

	EXPECT(getcwd(now, sizeof(now)) && !strcmp(now, where) && !access("status", R_OK), "it works in %s", now);
	return subject_end();
}
