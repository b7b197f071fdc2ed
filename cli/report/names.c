/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of rotated files, and which of them are kept. */
#include "cli/report/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "output/base/buffer.h"

enum {
	NUMBER_DIGITS = 6, /* at least */
	NUMBER_MAX = 18,   /* digits; longer ones are not ours */
};

/* With 0 for each digit. */
static const char time_form[] = "-00000000T000000Z-";

/* Where the ending begins, with its dot: the numbers stand before it. */
static size_t
stem_of(const char *base)
{
	const char *dot = strrchr(base, '.');

	return dot && dot != base ? (size_t)(dot - base) : strlen(base);
}

char *
cli_rotated_name(const char *base, int64_t begun_s, uint64_t number)
{
	g_autoptr(GDateTime) begun = g_date_time_new_from_unix_utc(begun_s);
	g_autofree char *when = begun ? g_date_time_format(begun, "%Y%m%dT%H%M%SZ")
				      : g_strdup("00000000T000000Z");
	size_t stem = stem_of(base);

	return g_strdup_printf("%.*s-%s-%0*" G_GUINT64_FORMAT "%s", (int)stem, base, when,
			       NUMBER_DIGITS, number, base + stem);
}

bool
cli_rotated_number(const char *base, const char *name, uint64_t *ret_number)
{
	size_t stem = stem_of(base), digits;
	char number[NUMBER_MAX + 1] = "";

	if (strncmp(name, base, stem) != 0)
		return false;
	name += stem;
	for (const char *form = time_form; *form; form++, name++)
		if (*form == '0' ? !g_ascii_isdigit(*name) : *name != *form)
			return false;
	digits = strspn(name, "0123456789");
	if (digits < NUMBER_DIGITS || digits > NUMBER_MAX ||
	    strcmp(name + digits, base + stem) != 0)
		return false;
	memcpy(number, name, digits);
	*ret_number = g_ascii_strtoull(number, NULL, 10);
	return true;
}

char *
cli_rotated_part(const char *base)
{
	return g_strconcat(base, ".part", NULL);
}

typedef struct {
	uint64_t number;
	char *name;
} Found;

static int
by_number(gconstpointer a, gconstpointer b)
{
	uint64_t x = ((const Found *)a)->number, y = ((const Found *)b)->number;

	return x < y ? -1 : x > y;
}

static void
prune(CliRotated *self, int dir, unsigned keep)
{
	while (keep && self->names.length > keep) {
		g_autofree char *oldest = g_queue_pop_head(&self->names);

		(void)unlinkat(dir, oldest, 0);
	}
}

static GArray *
find(CliRotated *self, DIR *stream, const char *base, CliRotatedForm form, bool names)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(Found));
	struct dirent *entry;
	uint64_t number;

	while ((entry = readdir(stream))) {
		if (!form(base, entry->d_name, &number))
			continue;
		self->last = MAX(self->last, number);
		if (names) {
			Found one = { number, g_strdup(entry->d_name) };

			g_array_append_val(found, one);
		}
	}
	return found;
}

int
cli_rotated_scan(CliRotated *self, int dir, const char *base, CliRotatedForm form, unsigned keep)
{
	/* A descriptor of its own: reading a directory moves along in it. */
	int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = own >= 0 ? fdopendir(own) : NULL;
	g_autoptr(GArray) found = NULL;
	int code = errno;

	if (!stream) {
		if (own >= 0)
			close(own);
		return code;
	}
	found = find(self, stream, base, form, keep > 0);
	closedir(stream);
	g_array_sort(found, by_number);
	for (guint i = 0; i < found->len; i++)
		g_queue_push_tail(&self->names, g_array_index(found, Found, i).name);
	prune(self, dir, keep);
	return 0;
}

void
cli_rotated_add(CliRotated *self, int dir, char *name, unsigned keep)
{
	if (!keep) {
		g_free(name);
		return;
	}
	g_queue_push_tail(&self->names, name);
	prune(self, dir, keep);
}

void
cli_rotated_clear(CliRotated *self)
{
	g_queue_clear_full(&self->names, g_free);
}
