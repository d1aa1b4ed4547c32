/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that a recording goes to. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/trace_file.h"

int trace_file_create(const char *path, FILE **ret)
{
	/* O_NONBLOCK: a FIFO of that name must not keep us */
	int fd =
		open(path,
		     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
		     0600);
	struct stat st;
	FILE *f = NULL;

	if (fd < 0)
		return MOHR_ERR_IO;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0 &&
	    st.st_uid == geteuid() && fchmod(fd, 0600) == 0)
		f = fdopen(fd, "a");
	if (!f) {
		(void)close(fd);
		return MOHR_ERR_IO;
	}
	*ret = f;
	return 0;
}
