/* clone_fs.c - two processes that share folder and umask. */
/* flavours: dynamic */
/* refused: clone_vm */
#define SHARED CLONE_FS
#include "clone_shared.h"
