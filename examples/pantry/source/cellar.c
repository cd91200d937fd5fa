#include <errno.h>
#include "jar.h"

struct cellar {
	struct jar *jar;
	int bottles;
};

int cellar_init(struct cellar *cellar)
{
	struct jar *jar;

	cellar->bottles = 12;
	jar = alloc_jar(1);
	if (IS_ERR(jar))
		return PTR_ERR(jar);
	cellar->jar = jar;
	return 0;
}
