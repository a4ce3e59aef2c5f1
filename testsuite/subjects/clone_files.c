/* clone_files.c - two processes that share their table of descriptors. */
/* flavours: dynamic */
/* refused: clone_vm */
#define SHARED CLONE_FILES
#include "clone_shared.h"
