/*
 * outfile.h - an image file that is there whole, or not at all.
 */
#ifndef CR_CORE_OUTFILE_H
#define CR_CORE_OUTFILE_H

struct outfile {
	int fd;
	char *path;
	char *temporary;		/* its name until it is published; NULL: it has none, and is gone when we are */
	int is_stdout;
	int published;
};

/* PATH "-": standard output, never a terminal. A file that exists already is refused. -1 recorded. */
int outfile_open(struct outfile *o, const char *path);
/* fsync of the file, the name, fsync of the folder. Nothing to do for standard output. */
int outfile_publish(struct outfile *o);
void outfile_withdraw(struct outfile *o);	/* undoes a publish */
void outfile_discard(struct outfile *o);	/* also after publish: then it only frees */

#endif
