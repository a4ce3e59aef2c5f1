/*
 * applet.h - what every applet tells the multicall main about itself.
 *
 * applets/cr-NAME.c ends in "const struct applet applet_NAME = { ... };" and nothing else lists it.
 */
#ifndef CR_APPLETS_APPLET_H
#define CR_APPLETS_APPLET_H

struct applet {
	const char *name;		/* "check" */
	char usage;			/* what --help prints: whole lines, exit codes included. Kept by core/texts.h */
	const char *title;		/* one line for the list of applets */
	int (*main)(int argc, char **argv);	/* argv[0] is the applet's name; returns the exit status */
};

#endif
