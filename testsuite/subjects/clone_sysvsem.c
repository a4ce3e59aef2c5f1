/* clone_sysvsem.c - two processes that share their list of semaphore adjustments, which is empty. */
/* flavours: dynamic */
/* refused: clone_vm */
#define SHARED CLONE_SYSVSEM
#include "clone_shared.h"
