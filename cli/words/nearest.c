/* SPDX-License-Identifier: BSD-3-Clause */
/* Which word was meant. */
#include "cli/words/nearest.h"

#include <glib.h>
#include <string.h>

enum {
	LETTERS_MAX = 32,  /* longer words are near to nothing */
	BEGINNING_MIN = 3, /* fewer letters begin everything */
};

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	return MIN(MIN(a, b), c);
}

/* Of Damerau and Levenshtein: two letters that were swapped are one mistake. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[LETTERS_MAX + 1][LETTERS_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > LETTERS_MAX || m > LETTERS_MAX)
		return G_MAXUINT;
	for (unsigned i = 0; i <= n; i++)
		rows[i][0] = i;
	for (unsigned j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			unsigned change = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			unsigned *at = &rows[i][j];

			*at = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				*at = MIN(*at, rows[i - 2][j - 2] + 1);
		}
	}
	return rows[n][m];
}

static const char *
only_beginning(const char *word, size_t letters, const char *const *names, size_t n)
{
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (strncmp(names[i], word, letters) != 0)
			continue;
		if (found)
			return NULL;
		found = names[i];
	}
	return found;
}

const char *
cli_nearest(const char *word, const char *const *names, size_t n)
{
	size_t letters = strlen(word);
	unsigned best = (unsigned)MIN(letters / 3, 2) + 2; /* one more than may be wrong */
	const char *found = NULL;

	if (letters >= BEGINNING_MIN && (found = only_beginning(word, letters, names, n)))
		return found;
	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(word, names[i]);

		/* Of a word of which every letter is wrong, nothing is right. */
		if (d >= best || d >= strlen(names[i]))
			continue;
		best = d;
		found = names[i];
	}
	/* "chronn" */
	if (!found && letters > BEGINNING_MIN + 1)
		found = only_beginning(word, letters - 2, names, n);
	return found;
}
