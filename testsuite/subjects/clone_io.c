/* clone_io.c - two processes that share their I/O context, and so its priority. */
/* flavours: dynamic */
/* refused: clone_vm */
#define SHARED CLONE_IO
#include "clone_shared.h"
