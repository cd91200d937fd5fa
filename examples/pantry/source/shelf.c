#include <errno.h>
#include "jar.h"

static struct jar *shelf[16];

int shelf_add(int place, int content)
{
	struct jar *jar;

	if (place < 0 || place >= 16)
		return -EINVAL;
	jar = alloc_jar(content);
	if (IS_ERR(jar))
		return PTR_ERR(jar);
	shelf[place] = jar;
	return 0;
}

void shelf_remove(int place)
{
	kill_jar(shelf[place]);
	put_jar(shelf[place]);
	shelf[place] = NULL;
}
