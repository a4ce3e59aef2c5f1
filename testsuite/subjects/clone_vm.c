/* clone_vm.c - two processes, not threads of one another, that share memory and signal actions. */
/* flavours: dynamic */
/* refused: clone_vm */
#define SHARED (CLONE_VM | CLONE_SIGHAND)
#include "clone_shared.h"
