/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that a recording goes to; who may read it is what its folder says. */
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>

#include "transport/trace_file.h"

int trace_file_create(const char *path, FILE **ret)
{
	int fd = _open(path, _O_WRONLY | _O_CREAT | _O_APPEND | _O_BINARY | _O_NOINHERIT,
		       _S_IREAD | _S_IWRITE);
	FILE *f = NULL;

	if (fd < 0)
		return MOHR_ERR_IO;
	if (_filelengthi64(fd) == 0)
		f = _fdopen(fd, "ab");
	if (!f) {
		(void)_close(fd);
		return MOHR_ERR_IO;
	}
	*ret = f;
	return 0;
}
