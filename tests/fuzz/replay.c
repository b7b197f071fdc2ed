/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a fuzz target over every file of a directory without libFuzzer, so that each seed and each
 * input that ever failed is a test of the normal build.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Into a heap buffer of exactly its size, so that AddressSanitizer sees a read beyond it. */
static bool
replay_file(const char *path)
{
	g_autofree char *contents = NULL;
	g_autoptr(GError) error = NULL;
	uint8_t *exact;
	gsize size;

	if (!g_file_get_contents(path, &contents, &size, &error)) {
		fprintf(stderr, "%s\n", error->message);
		return false;
	}
	exact = malloc(size ? size : 1);
	for (gsize i = 0; i < size; i++)
		exact[i] = (uint8_t)contents[i];
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return true;
}

int
main(int argc, char **argv)
{
	g_autoptr(GDir) dir = NULL;
	unsigned passed = 0, failed = 0;
	const char *name;

	if (argc != 2 || !(dir = g_dir_open(argv[1], 0, NULL))) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 1;
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(argv[1], name, NULL);

		/* Said beforehand: the last line before a crash names the input. */
		printf("%s\n", name);
		fflush(stdout);
		if (replay_file(path))
			passed++;
		else
			failed++;
	}
	if (passed == 0 && failed == 0) {
		fprintf(stderr, "%s holds no input\n", argv[1]);
		failed = 1;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
