/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines of a file of keys, each a word and what belongs to it:
 *
 *   # comment
 *   password ACCOUNT PASSWORD     up to the end of the line
 *   nthash   ACCOUNT HASH         32 hexadecimal digits
 *   session  ID KEY               32 or 64 hexadecimal digits
 *   keytab   FILE
 *
 * ACCOUNT is a name or DOMAIN\NAME, in double quotes if it has blanks. Errors name the line, and
 * never what is in it.
 */
#include "keys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/vault.h"

enum { PATH_LENGTH = 4096 };

/* ---- the file ---- */

bool
keys_file_is_private(const char *path, int fd, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) != 0) {
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s: %s", path, g_strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s is not a regular file", path);
		return false;
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE,
			    "%s has keys, and others than its owner may read or write it (mode "
			    "%03o); use chmod 600",
			    path, (unsigned)st.st_mode & 0777);
		return false;
	}
	return true;
}

static bool
read_all(const char *path, int fd, uint8_t *bytes, uint32_t *ret_length, GError **error)
{
	ssize_t n = 1;

	*ret_length = 0;
	while (n != 0 && *ret_length < KEYS_FILE_MAX) {
		n = read(fd, bytes + *ret_length, KEYS_FILE_MAX - *ret_length);
		if (n < 0 && errno != EINTR) {
			g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s: %s", path,
				    g_strerror(errno));
			return false;
		}
		*ret_length += n > 0 ? (uint32_t)n : 0;
	}
	if (*ret_length == KEYS_FILE_MAX)
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s is larger than a file of keys",
			    path);
	return *ret_length < KEYS_FILE_MAX;
}

uint8_t *
keys_file_read(const char *path, uint32_t *ret_length, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint8_t *bytes = NULL;
	bool ok;

	*ret_length = 0;
	if (fd < 0) {
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s: %s", path, g_strerror(errno));
		return NULL;
	}
	ok = keys_file_is_private(path, fd, error);
	if (ok && !(bytes = keys_vault_new(KEYS_FILE_MAX))) {
		g_set_error_literal(error, KEYS_ERROR, KEYS_ERROR_FILE, "no memory for keys");
		ok = false;
	}
	ok = ok && read_all(path, fd, bytes, ret_length, error);
	close(fd);
	if (ok)
		return bytes;
	keys_vault_free(bytes, KEYS_FILE_MAX, *ret_length);
	return NULL;
}

/* ---- words of a line ---- */

/* A line that is being read, and where it stands. */
typedef struct {
	KeyRing *ring;
	const char *file, *directory;
	uint32_t number;
	SmbSpan rest;
	GError **error;
} Line;

static bool
wrong(const Line *line, const char *what)
{
	g_set_error(line->error, KEYS_ERROR, KEYS_ERROR_LINE, "%s:%u: %s", line->file, line->number,
		    what);
	return false;
}

static bool
is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t';
}

static bool
begins_with(SmbSpan bytes, bool (*is)(uint8_t byte))
{
	return bytes.ptr && bytes.len && is(bytes.ptr[0]);
}

static void
skip_blanks(Line *line)
{
	while (begins_with(line->rest, is_blank))
		line->rest = smb_span_after(line->rest, 1);
}

static uint32_t
find(SmbSpan bytes, bool (*stops)(uint8_t byte))
{
	uint32_t n = 0;

	while (bytes.ptr && n < bytes.len && !stops(bytes.ptr[n]))
		n++;
	return n;
}

static bool
is_quote(uint8_t byte)
{
	return byte == '"';
}

/* The next word, without its quotes; an empty one at the end. False: a quote is not closed. */
static bool
next_word(Line *line, SmbSpan *ret_word)
{
	bool quoted;
	uint32_t n;

	skip_blanks(line);
	quoted = begins_with(line->rest, is_quote);
	if (quoted)
		line->rest = smb_span_after(line->rest, 1);
	n = find(line->rest, quoted ? is_quote : is_blank);
	*ret_word = smb_span_first(line->rest, n);
	if (quoted && n == line->rest.len)
		return false;
	line->rest = smb_span_after(line->rest, quoted ? n + 1 : n);
	return !quoted || !line->rest.len || begins_with(line->rest, is_blank);
}

/* All that follows; without quotes if the whole of it stands in them. */
static SmbSpan
last_word(Line *line)
{
	SmbSpan rest;

	skip_blanks(line);
	rest = line->rest;
	if (rest.len >= 2 && is_quote(rest.ptr[0]) && is_quote(rest.ptr[rest.len - 1]))
		rest = (SmbSpan){ rest.ptr + 1, rest.len - 2 };
	line->rest = smb_span_after(line->rest, line->rest.len);
	return rest;
}

/* Blanks at the end of a line are no part of numbers and names. */
static void
trim(SmbSpan *span)
{
	while (span->len && is_blank(span->ptr[span->len - 1]))
		span->len--;
}

static bool
word_is(SmbSpan word, const char *name)
{
	return word.len == strlen(name) && memcmp(word.ptr, name, word.len) == 0;
}

/* Hexadecimal digits, exactly 2 * size of them. */
static bool
read_hex(SmbSpan digits, uint8_t *out, uint32_t size)
{
	if (digits.len != 2 * size)
		return false;
	for (uint32_t i = 0; i < size; i++) {
		int high = g_ascii_xdigit_value((char)digits.ptr[2 * i]);
		int low = g_ascii_xdigit_value((char)digits.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static SmbText
utf8(SmbSpan bytes)
{
	return (SmbText){ bytes, SMB_TEXT_UTF8 };
}

/* ---- lines ---- */

static bool
is_backslash(uint8_t byte)
{
	return byte == '\\';
}

/* NAME or DOMAIN\NAME. */
static KeyAccount *
read_account(Line *line)
{
	KeyAccount *a = &line->ring->accounts[line->ring->n_accounts];
	SmbSpan word, domain = { NULL, 0 };
	uint32_t n;

	if (line->ring->n_accounts == KEYS_ACCOUNTS) {
		wrong(line, "there are too many accounts");
		return NULL;
	}
	if (!next_word(line, &word) || !word.len) {
		wrong(line, "an account is missing, or its quote is not closed");
		return NULL;
	}
	n = find(word, is_backslash);
	if (n < word.len) {
		domain = smb_span_first(word, n);
		word = smb_span_after(word, n + 1);
	}
	if (!word.len || !keys_ntlm_fold(utf8(word), a->name) ||
	    !keys_ntlm_fold(utf8(domain), a->domain)) {
		wrong(line, "this is no name of an account");
		return NULL;
	}
	return a;
}

static bool
password(Line *line)
{
	KeyAccount *a = read_account(line);

	if (!a)
		return false;
	skip_blanks(line);
	if (!line->rest.len)
		return wrong(line, "a password is missing; write \"\" for an empty one");
	keys_ntlm_hash(utf8(last_word(line)), a);
	line->ring->n_accounts++;
	return true;
}

static bool
nthash(Line *line)
{
	KeyAccount *a = read_account(line);
	SmbSpan digits;

	if (!a)
		return false;
	digits = last_word(line);
	trim(&digits);
	if (!read_hex(digits, a->nt, KEYS_SIZE))
		return wrong(line, "an NT hash has 32 hexadecimal digits");
	a->has_lm = false;
	line->ring->n_accounts++;
	return true;
}

/* As --json prints it, or hexadecimal with 0x before it. */
static bool
read_id(SmbSpan word, uint64_t *ret_id)
{
	char digits[24];
	/* A word that has a length has bytes. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
	bool hex = word.len > 2 && word.ptr[0] == '0' && (word.ptr[1] | 0x20) == 'x';
	uint32_t n;

	if (hex)
		word = smb_span_after(word, 2);
	if (!word.len || word.len >= sizeof(digits))
		return false;
	n = smb_span_copy(word, (uint8_t *)digits, sizeof(digits) - 1);
	digits[n] = '\0';
	return g_ascii_string_to_unsigned(digits, hex ? 16 : 10, 1, G_MAXUINT64, ret_id, NULL);
}

static bool
session(Line *line)
{
	KeyGiven *given = &line->ring->given[line->ring->n_given];
	SmbSpan word, digits;

	if (line->ring->n_given == KEYS_GIVEN)
		return wrong(line, "there are too many session keys");
	if (!next_word(line, &word) || !read_id(word, &given->id))
		return wrong(line, "a session id is a number, or has 0x and hexadecimal digits");
	digits = last_word(line);
	trim(&digits);
	given->key.size = (uint8_t)(digits.len == 64 ? KEYS_SIZE_MAX : KEYS_SIZE);
	if (!read_hex(digits, given->key.bytes, given->key.size))
		return wrong(line, "a session key has 32 or 64 hexadecimal digits");
	line->ring->n_given++;
	return true;
}

static bool
open_keytab(const Line *line, const char *path)
{
	g_autoptr(GError) error = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool ok;

	if (fd < 0) {
		g_set_error(line->error, KEYS_ERROR, KEYS_ERROR_FILE, "%s:%u: %s: %s", line->file,
			    line->number, path, g_strerror(errno));
		return false;
	}
	ok = keys_file_is_private(path, fd, &error) && keys_kerberos_load(line->ring, path, &error);
	close(fd);
	return ok || wrong(line, error->message);
}

static bool
keytab(Line *line)
{
	SmbSpan word = last_word(line);
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;

	if (!word.len || word.len > PATH_LENGTH || memchr(word.ptr, '\0', word.len))
		return wrong(line, "the name of a keytab is missing");
	name = g_strndup((const char *)word.ptr, word.len);
	if (!line->directory)
		return true;
	path = g_path_is_absolute(name) ? g_strdup(name)
					: g_build_filename(line->directory, name, NULL);
	return open_keytab(line, path);
}

static bool
read_line(Line *line)
{
	static const struct {
		const char *word;
		bool (*read)(Line *line);
	} kinds[] = {
		{ "password", password },
		{ "nthash", nthash },
		{ "session", session },
		{ "keytab", keytab },
	};
	SmbSpan word;

	skip_blanks(line);
	if (!line->rest.len || line->rest.ptr[0] == '#')
		return true;
	if (next_word(line, &word))
		for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
			if (word_is(word, kinds[i].word))
				return kinds[i].read(line);
	return wrong(line, "a line begins with password, nthash, session, keytab or #");
}

static bool
is_newline(uint8_t byte)
{
	return byte == '\n';
}

bool
keys_file_parse(KeyRing *ring, const char *name, SmbSpan text, const char *directory,
		GError **error)
{
	Line line = { .ring = ring, .file = name, .directory = directory, .error = error };

	while (text.ptr && text.len) {
		uint32_t n = find(text, is_newline);

		line.number++;
		line.rest = smb_span_first(text, n);
		if (n && line.rest.ptr[n - 1] == '\r')
			line.rest.len--;
		if (!read_line(&line))
			return false;
		text = smb_span_after(text, n < text.len ? n + 1 : n);
	}
	return true;
}
