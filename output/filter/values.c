/* SPDX-License-Identifier: BSD-3-Clause */
/* The values of filters: each is parsed, or its required form is reported. */
#include <string.h>

#include "dissect/wire/names.h"
#include "output/base/address.h"
#include "output/filter/internal.h"

/* ---- Numbers ---- */

/* Decimal, or hexadecimal after 0x; all of the text. */
static bool
read_number(const char *text, uint64_t max, uint64_t *ret)
{
	bool hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
	guint64 v;

	/* GLib's own would take a sign, or nothing at all. */
	if (!g_ascii_isxdigit(text[hex ? 2 : 0]) ||
	    !g_ascii_string_to_unsigned(text + (hex ? 2 : 0), hex ? 16 : 10, 0, max, &v, NULL))
		return false;
	*ret = v;
	return true;
}

static bool
read_range(const char *text, OutNumbers *ret)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", 2);

	if (!parts[0] || !read_number(parts[0], UINT64_MAX, &ret->low))
		return false;
	ret->high = ret->low;
	return !parts[1] ||
	       (read_number(parts[1], UINT64_MAX, &ret->high) && ret->low <= ret->high);
}

static bool
add_connection(OutFilter *self, const char *value)
{
	g_auto(GStrv) items = g_strsplit(value, ",", -1);

	for (char **item = items; *item; item++) {
		OutNumbers numbers;

		if (!read_range(g_strstrip(*item), &numbers))
			return false;
		g_array_append_val(self->connections, numbers);
	}
	return items[0] != NULL;
}

/* ---- Addresses ---- */

/* "10.0", "00a0c9112233": an address that somebody began, not a name. */
static bool
is_broken_address(const char *value)
{
	return g_ascii_isdigit(*value) && strspn(value, "0123456789abcdefABCDEF.") == strlen(value);
}

/* What a host may be called ([RFC 1123] 2.1; NetBIOS allows more), and what is wild. */
static bool
add_host(OutFilter *self, OutFilterKey key, const char *value)
{
	if (!*value || is_broken_address(value) || strpbrk(value, ":/\\ "))
		return false;
	g_ptr_array_add(self->names[key], out_glob_new(value));
	return true;
}

static bool
add_end(OutFilter *self, OutFilterKey key, const char *value)
{
	static const uint8_t all[] = { [2] = 48, [3] = 80, [4] = 32, [6] = 128 };
	g_auto(GStrv) parts = g_strsplit(value, "/", 2);
	OutNet net = { 0 };
	uint64_t bits;

	if (!parts[0] || !(net.family = out_address_read(parts[0], net.addr)))
		return add_host(self, key, value);
	bits = all[net.family];
	if (parts[1] && !read_number(parts[1], bits, &bits))
		return false;
	net.bits = (uint8_t)bits;
	g_array_append_val(self->nets[key], net);
	return true;
}

/* ---- Names ---- */

static bool
add_user(OutFilter *self, const char *value)
{
	const char *separator = strchr(value, '\\');
	OutWho who = { 0 };

	if (!*value)
		return false;
	if (separator) {
		g_autofree char *domain = g_strndup(value, (gsize)(separator - value));

		who.domain = out_glob_new(domain);
		value = separator + 1;
	}
	who.account = out_glob_new(value);
	g_array_append_val(self->users, who);
	return true;
}

static bool
add_glob(GPtrArray *globs, const char *value)
{
	if (*value)
		g_ptr_array_add(globs, out_glob_new(value));
	return *value != '\0';
}

static bool
add_command(OutFilter *self, const char *value)
{
	uint64_t code;

	if (!read_number(value, 255, &code))
		return out_commands_add(&self->commands, value);
	out_commands_add_code(&self->commands, (uint8_t)code);
	return true;
}

/* The name of a DOS error as the tables have it; several classes share some names. */
static const char *
dos_error(const char *value)
{
	for (uint32_t error_class = 1; error_class <= 3; error_class++) {
		for (uint32_t code = 0; code <= UINT16_MAX; code++) {
			const char *name = smb_dos_error_name((uint8_t)error_class, (uint16_t)code);

			if (name && g_ascii_strcasecmp(name, value) == 0)
				return name;
		}
	}
	return NULL;
}

static bool
add_status(OutFilter *self, const char *value)
{
	OutStatusIs is = { 0 };
	uint64_t number;

	if (g_ascii_strcasecmp(value, "error") == 0) {
		self->errors = true;
		return true;
	}
	if (read_number(value, UINT32_MAX, &number))
		is.value = (uint32_t)number;
	else if (!smb_nt_status_value(value, &is.value) && !(is.dos = dos_error(value)))
		return false;
	g_array_append_val(self->statuses, is);
	return true;
}

/* ---- All of them ---- */

static bool
add(OutFilter *self, OutFilterKey key, const char *value)
{
	switch (key) {
	case OUT_FILTER_CLIENT:
	case OUT_FILTER_SERVER:
		return add_end(self, key, value);
	case OUT_FILTER_USER:
		return add_user(self, value);
	case OUT_FILTER_SHARE:
		return add_glob(self->shares, value);
	case OUT_FILTER_FILE:
		return add_glob(self->files, value);
	case OUT_FILTER_COMMAND:
		return add_command(self, value);
	case OUT_FILTER_STATUS:
		return add_status(self, value);
	case OUT_FILTER_CONNECTION:
		return add_connection(self, value);
	case OUT_FILTER_FROM:
		return out_moment_read(&self->from, value, self->utc);
	case OUT_FILTER_TO:
		return out_moment_read(&self->to, value, self->utc);
	case OUT_FILTER_KEYS:
		break;
	}
	return false;
}

const char *
out_filter_add(OutFilter *self, OutFilterKey key, const char *value)
{
	static const char net[] = "an address or a network, such as 10.0.0.5, fd00::/64, "
				  "00:a0:c9:11:22:33 (NetBEUI) or 00000001.00a0c9112233 (IPX), "
				  "or a name, such as FILES01";
	static const char moment[] = "a time, such as '2026-11-22 06:19:27.732 UTC', 2026-11-22, "
				     "06:19:27, 1795328367 or +12.5";
	static const char *const forms[OUT_FILTER_KEYS] = {
		[OUT_FILTER_CLIENT] = net,
		[OUT_FILTER_SERVER] = net,
		[OUT_FILTER_USER] = "an account, such as alice or DOMAIN\\alice",
		[OUT_FILTER_SHARE] = "the name of a share, such as public or \\\\server\\public",
		[OUT_FILTER_FILE] = "a pattern, such as '*.xls'",
		[OUT_FILTER_COMMAND] = "a word of the timeline, such as open or 'tree connect', or "
				       "a command, such as SMB_COM_OPEN_ANDX, 0x2d or SMB2_CREATE",
		[OUT_FILTER_STATUS] =
			"a status, such as STATUS_ACCESS_DENIED, 0xC0000022, ERRbadpath, or error",
		[OUT_FILTER_CONNECTION] = "numbers of connections, such as 3 or 1,5-7",
		[OUT_FILTER_FROM] = moment,
		[OUT_FILTER_TO] = moment,
	};

	/* Each key has one. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn) */
	return add(self, key, value) ? NULL : forms[key];
}
