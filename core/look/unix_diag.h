/*
 * unix_diag.h - what the kernel itself says of a unix socket of our network namespace: sock_diag(7).
 */
#ifndef CR_LOOK_UNIX_DIAG_H
#define CR_LOOK_UNIX_DIAG_H

#include <stddef.h>
#include <stdint.h>

struct unix_diag {
	uint32_t ino;
	unsigned type, state;		/* SOCK_*; 1 connected, 10 listening, 7 neither */
	unsigned name_len;		/* 0: no name; the first byte of an abstract one is a NUL */
	char name[108];
	int has_file;			/* bound to a file: its inode and the kernel's number of the device */
	uint32_t file_ino, file_dev;
	int has_peer;
	uint32_t peer;			/* inode; 0: the peer is gone or not accepted */
	unsigned waiting;		/* connections not accepted */
	uint32_t rqueue, wqueue;	/* listening: waiting and most of them; else bytes not read, not taken by the peer */
	unsigned shut;			/* 1 reading, 2 writing */
};

/* One answer of LEN bytes: 0, or -1 when it is none (nothing recorded). Never reads behind it. */
int unix_diag_parse(const void *answer, size_t len, struct unix_diag *out);

/* Asks for the socket with this inode: 0; -1 with nothing recorded when the kernel does not know it or cannot say. */
int unix_diag_ask(uint64_t ino, struct unix_diag *out);

#endif
