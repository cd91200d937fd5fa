#ifndef JAR_H
#define JAR_H

#include <stddef.h>
#include "err.h"

struct jar {
	int content;
	int sealed;
};

#ifdef CONFIG_JAR
struct jar *alloc_jar(int content);
void put_jar(struct jar *jar);
void kill_jar(struct jar *jar);
#else
static inline struct jar *alloc_jar(int content)
{
	/*
	 * Callers should check CONFIG_JAR to know if this NULL is
	 * an error or expected.
	 */
	return NULL;
}
static inline void put_jar(struct jar *jar)
{
}
static inline void kill_jar(struct jar *jar)
{
}
#endif

#endif
