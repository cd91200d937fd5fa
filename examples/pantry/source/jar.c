#include <errno.h>
#include <stdlib.h>
#include "jar.h"

struct jar *alloc_jar(int content)
{
	struct jar *jar = calloc(1, sizeof(*jar));

	if (!jar)
		return ERR_PTR(-ENOMEM);
	jar->content = content;
	return jar;
}

void put_jar(struct jar *jar)
{
	free(jar);
}

void kill_jar(struct jar *jar)
{
	jar->sealed = 0;
}
