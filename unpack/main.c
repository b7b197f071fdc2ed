/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * smbtrail-unpack: compressed bytes on standard input, frames (capture/source/unpack.h) with what they are
 * on standard output. smbtrail starts one for each compressed input, so that the libraries that
 * decompress are not in the process that holds what was read. Nobody else needs to call it.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "capture/source/unpack.h"
#include "unpack/gzip.h"
#include "unpack/sandbox.h"

enum {
	BLOCK = 512 << 10, /* of the input */
	HEAD_MAX = 512,    /* bytes of the input that the reader has already */
	UNPACK_USAGE = 64,
	UNPACK_NO_SANDBOX = 69,
	UNPACK_NOT_STOPPED = 70,
};

typedef struct {
	uint8_t head[HEAD_MAX];
	size_t head_len;
	uint64_t done;
	uint8_t block[BLOCK];
} Input;

static Input input;

/* A file of an archive, and what its bytes say. */
typedef struct {
	struct archive *outer;
	GzipSum sum;
	bool warned; /* they are not what the archive says */
} Member;

/* Writes everything or ends: without a reader, nothing can be reported. */
static void
write_all(const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	while (n) {
		ssize_t written = write(STDOUT_FILENO, at, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			_exit(EXIT_FAILURE);
		at += written;
		n -= (size_t)written;
	}
}

static void
put_frame(uint32_t kind, const void *bytes, size_t size)
{
	CapUnpackHead head = { .kind = kind, .size = (uint32_t)size, .done = input.done };

	write_all(&head, sizeof(head));
	write_all(bytes, size);
}

/* What the reader took to see whether it is compressed comes first. */
static la_ssize_t
read_input(struct archive *archive, void *user, const void **ret_buffer)
{
	size_t head = input.head_len;
	GzipSum *sum = user;
	ssize_t n;

	if (head) {
		*ret_buffer = input.head;
		input.head_len = 0;
		input.done += head;
		gzip_sum_compressed(sum, input.head, head);
		return (la_ssize_t)head;
	}
	*ret_buffer = input.block;
	do {
		n = read(STDIN_FILENO, input.block, sizeof(input.block));
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		archive_set_error(archive, errno, "%s", strerror(errno));
		return n;
	}
	gzip_sum_compressed(sum, input.block, (size_t)n);
	input.done += (uint64_t)n;
	return n;
}

/* Where memory ran out, the libraries say so in several ways. */
static void
put_trouble(struct archive *archive)
{
	const char *said = archive ? archive_error_string(archive) : NULL;
	char text[200];

	if (!archive || archive_errno(archive) == ENOMEM ||
	    (said && (strstr(said, "memory") || strstr(said, "allocat"))))
		snprintf(text, sizeof(text), "needs more than %d MiB to decompress",
			 UNPACK_MEMORY_MIB);
	else if (said && strstr(said, "No progress is possible"))
		snprintf(text, sizeof(text), "truncated xz input");
	else
		snprintf(text, sizeof(text), "%s", said ? said : "cannot be decompressed");
	put_frame(CAP_UNPACK_TROUBLE, text, strlen(text));
}

static bool
is_gzip_alone(struct archive *archive)
{
	return archive_filter_code(archive, 0) == ARCHIVE_FILTER_GZIP &&
	       archive_filter_code(archive, 1) == ARCHIVE_FILTER_NONE;
}

/*
 * Each block as soon as libarchive has it: at a pipe, filling a buffer could take for ever.
 * `ret_differs`: all of it is here, but it is not what was compressed.
 */
static int
copy_data(struct archive *archive, GzipSum *sum, bool *ret_differs)
{
	bool summed = is_gzip_alone(archive);
	const void *block;
	size_t size;
	la_int64_t offset;
	int status;

	while ((status = archive_read_data_block(archive, &block, &size, &offset)) >= ARCHIVE_WARN &&
	       status != ARCHIVE_EOF) {
		if (summed)
			gzip_sum_data(sum, block, size);
		for (size_t at = 0; at < size; at += CAP_UNPACK_DATA_MAX)
			put_frame(CAP_UNPACK_DATA, (const uint8_t *)block + at,
				  size - at < CAP_UNPACK_DATA_MAX ? size - at
								  : CAP_UNPACK_DATA_MAX);
	}
	*ret_differs = status == ARCHIVE_EOF && summed && gzip_sum_differs(sum);
	return status;
}

static struct archive *
new_archive(void)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		return NULL;
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_zstd(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	return archive;
}

static la_ssize_t
read_member(struct archive *archive, void *user, const void **ret_buffer)
{
	Member *member = user;
	size_t size = 0;
	la_int64_t offset;
	int status;

	do {
		status = archive_read_data_block(member->outer, ret_buffer, &size, &offset);
		/* The checksum of zip, or its size. */
		member->warned |= status == ARCHIVE_WARN;
	} while (status >= ARCHIVE_WARN && status != ARCHIVE_EOF && size == 0);
	if (status == ARCHIVE_EOF)
		return 0;
	if (status >= ARCHIVE_WARN) {
		gzip_sum_compressed(&member->sum, *ret_buffer, size);
		return (la_ssize_t)size;
	}
	archive_set_error(archive, archive_errno(member->outer), "%s",
			  archive_error_string(member->outer) ?: "the archive is damaged");
	return -1;
}

/*
 * A file of an archive, which may be compressed itself. False, after its words, at trouble.
 * `ret_differs`: it was read to its end, but is not what was put into it.
 */
static bool
unpack_member(struct archive *outer, bool *ret_differs)
{
	Member member = { .outer = outer };
	struct archive *inner = new_archive();
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;

	if (inner && archive_read_open(inner, &member, NULL, read_member, NULL) >= ARCHIVE_WARN)
		status = archive_read_next_header(inner, &entry);
	if (status >= ARCHIVE_WARN && status != ARCHIVE_EOF)
		status = copy_data(inner, &member.sum, ret_differs);
	*ret_differs |= member.warned;
	if (status != ARCHIVE_EOF)
		put_trouble(inner);
	archive_read_free(inner);
	return status == ARCHIVE_EOF;
}

static void
put_difference(void)
{
	static const char text[] = "the checksum differs: it was changed or damaged somewhere";

	put_frame(CAP_UNPACK_TROUBLE, text, sizeof(text) - 1);
}

/* The first one that is not what was put into it is told at the end: after trouble nothing comes. */
static void
put_members_end(const char *different)
{
	if (!*different) {
		put_frame(CAP_UNPACK_END, NULL, 0);
		return;
	}
	put_frame(CAP_UNPACK_MEMBER, different, strlen(different));
	put_difference();
}

/* From its first entry on, which was read. */
static void
unpack_members(struct archive *archive, struct archive_entry *entry)
{
	char different[CAP_UNPACK_WORDS_MAX + 1] = "", name[CAP_UNPACK_WORDS_MAX + 1];
	int status = ARCHIVE_OK;

	while (status >= ARCHIVE_WARN && status != ARCHIVE_EOF) {
		const char *path = archive_entry_pathname(entry);
		bool differs = false;

		snprintf(name, sizeof(name), "%s", path && *path ? path : "?");
		if (archive_entry_filetype(entry) == AE_IFREG) {
			put_frame(CAP_UNPACK_MEMBER, name, strlen(name));
			if (!unpack_member(archive, &differs))
				return;
		}
		if (differs && !*different)
			memcpy(different, name, sizeof(name));
		status = archive_read_next_header(archive, &entry);
	}
	if (status == ARCHIVE_EOF)
		put_members_end(different);
	else
		put_trouble(archive);
}

static bool
has_members(struct archive *archive)
{
	int format = archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK;

	return format == ARCHIVE_FORMAT_TAR || format == ARCHIVE_FORMAT_ZIP;
}

static void
unpack(struct archive *archive)
{
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;
	GzipSum sum = { .n_last = 0 };
	bool differs = false;

	if (archive && archive_read_open(archive, &sum, NULL, read_input, NULL) >= ARCHIVE_WARN)
		status = archive_read_next_header(archive, &entry);
	if (status >= ARCHIVE_WARN && status != ARCHIVE_EOF && has_members(archive)) {
		unpack_members(archive, entry);
		return;
	}
	/*
	 * The reader saw the mark of a compressed file: one that no filter knows is damaged there.
	 */
	if (status >= ARCHIVE_WARN && status != ARCHIVE_EOF &&
	    archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE) {
		archive_set_error(archive, EINVAL,
				  "the compressed data is damaged at its beginning");
		status = ARCHIVE_FATAL;
	}
	if (status >= ARCHIVE_WARN && status != ARCHIVE_EOF)
		status = copy_data(archive, &sum, &differs);
	if (differs)
		put_difference();
	else if (status == ARCHIVE_EOF)
		put_frame(CAP_UNPACK_END, NULL, 0);
	else
		put_trouble(archive);
}

/*
 * What names and times of archives take of the C library is loaded before the sandbox closes:
 * conversions of characters, and a time zone that needs no file.
 */
static void
prepare_library(void)
{
	/* Where there is none, closing it fails, too. */
	iconv_close(iconv_open("UTF-8", "ANSI_X3.4-1968"));
	setenv("TZ", "UTC0", 1);
	tzset();
}

/* "1f8b0800": as the reader gives them. */
static bool
take_head(const char *hex)
{
	size_t n = strlen(hex) / 2;

	if (n > HEAD_MAX || strlen(hex) % 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		const char digits[3] = { hex[2 * i], hex[2 * i + 1] };
		char *end;

		input.head[i] = (uint8_t)strtoul(digits, &end, 16);
		if (end != digits + 2)
			return false;
	}
	input.head_len = n;
	return true;
}

/*
 * For the tests: what the sandbox has to stop. It is tried without the C library's detours, so that
 * it is the call of its name that stops it. Anyone who comes back was not stopped.
 */
static void
attempt_call(const char *what)
{
	static char *const nothing[] = { NULL };

	if (strcmp(what, "open") == 0)
		syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);
	else if (strcmp(what, "socket") == 0)
		socket(AF_INET, SOCK_STREAM, 0);
	else if (strcmp(what, "exec") == 0)
		execve("/bin/true", nothing, nothing);
	else if (strcmp(what, "fork") == 0)
		_exit(fork() == 0 ? 1 : 0);
	else if (strcmp(what, "kill") == 0)
		kill(getppid(), 0);
	else if (strcmp(what, "map-file") == 0)
		(void)mmap(NULL, BLOCK, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	else if (strcmp(what, "map-code") == 0)
		(void)mmap(NULL, BLOCK, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else if (strcmp(what, "read-other") == 0)
		_exit(read(STDERR_FILENO, input.block, 1) == 1 ? 1 : 0);
}

static int
attempt(const char *what)
{
	if (strcmp(what, "nothing") == 0)
		return EXIT_SUCCESS;
	if (strcmp(what, "memory") == 0) {
		/* Volatile: the compiler may leave out what is freed unused. */
		void *volatile more = malloc((size_t)(UNPACK_MEMORY_MIB + 1) << 20);
		bool got = more != NULL;

		free(more);
		return got ? UNPACK_NOT_STOPPED : EXIT_SUCCESS;
	}
	attempt_call(what);
	return UNPACK_NOT_STOPPED;
}

/* What `smbtrail --version` asks for. */
static int
print_version(void)
{
	const struct scmp_version *seccomp = seccomp_version();

	return printf("%s, libseccomp %u.%u.%u\n", archive_version_details(), seccomp->major,
		      seccomp->minor, seccomp->micro) < 0 ||
			       fflush(stdout) == EOF
		       ? EXIT_FAILURE
		       : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	bool version = argc == 2 && strcmp(argv[1], "--version") == 0;
	const char *test = argc == 3 && strcmp(argv[1], "--self-test") == 0 ? argv[2] : NULL;
	struct archive *archive;

	if (version)
		return print_version();
	if (!test &&
	    !(argc == 1 || (argc == 3 && strcmp(argv[1], "--head") == 0 && take_head(argv[2])))) {
		fputs("usage: smbtrail-unpack [--head HEX]; smbtrail starts it\n", stderr);
		return UNPACK_USAGE;
	}
	prepare_library();
	archive = new_archive();
	if (archive) {
		archive_read_support_format_tar(archive);
		archive_read_support_format_zip_streamable(archive);
	}
	if (!unpack_sandbox_enter())
		_exit(UNPACK_NO_SANDBOX);
	if (test)
		_exit(attempt(test));
	unpack(archive);
	/* Nothing that would run at the end of the process is needed any more. */
	_exit(EXIT_SUCCESS);
}
