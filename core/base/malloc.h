/*
 * malloc.h - what malloc.c can do beyond malloc(3). In a program with the C library's own it is not there: then the address is NULL.
 */
#ifndef CR_BASE_MALLOC_H
#define CR_BASE_MALLOC_H

/* Do processes made by fork(2) and the like get the heap? Yes, until it is said otherwise. See MADV_DONTFORK in madvise(2). */
void heap_inherit(int yes) __attribute__((weak));

#endif
