/* SPDX-License-Identifier: BSD-3-Clause */
/* Preloaded: the program has all pages of the file SMBTRAIL_MAPPED in its memory, as it has those of its libraries. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((constructor)) static void
map(void)
{
	int fd = open(getenv("SMBTRAIL_MAPPED"), O_RDONLY | O_CLOEXEC);
	struct stat file;

	if (fd < 0 || fstat(fd, &file) < 0 ||
	    mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0) ==
		    MAP_FAILED)
		_exit(99);
	close(fd);
}
