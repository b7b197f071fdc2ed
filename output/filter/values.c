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

static bool
add_net(OutFilter *self, OutFilterKey key, const char *value)
{
	static const uint8_t all[] = { [2] = 48, [3] = 80, [4] = 32, [6] = 128 };
	g_auto(GStrv) parts = g_strsplit(value, "/", 2);
	OutNet net = { 0 };
	uint64_t bits;

	if (!parts[0] || !(net.family = out_address_read(parts[0], net.addr)))
		return false;
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

/* Without prefix, in small letters, - for _: "open-andx" and "SMB_COM_OPEN_ANDX" are one. */
static char *
plain_command(const char *name)
{
	static const char *const prefixes[] = { "smb_com_", "smb2_" };
	char *plain = g_strdelimit(g_ascii_strdown(name, -1), "- ", '_');

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		size_t n = strlen(prefixes[i]);

		if (g_str_has_prefix(plain, prefixes[i]))
			memmove(plain, plain + n, strlen(plain) - n + 1);
	}
	return plain;
}

static bool
is_command(const char *plain, const char *name)
{
	g_autofree char *other = name ? plain_command(name) : NULL;

	return other && g_str_equal(plain, other);
}

static bool
add_command(OutFilter *self, const char *value)
{
	g_autofree char *plain = plain_command(value);
	bool only_smb2 = g_ascii_strncasecmp(value, "smb2", 4) == 0;
	bool only_smb1 = g_ascii_strncasecmp(value, "smb_com", 7) == 0;
	bool any = false;
	uint64_t code;

	self->has_commands = true;
	if (read_number(value, 255, &code)) {
		self->smb1[code / 32] |= 1u << (code % 32);
		return true;
	}
	for (uint32_t i = 0; i < 256 && !only_smb2; i++) {
		if (!is_command(plain, smb1_command_name((uint8_t)i)))
			continue;
		self->smb1[i / 32] |= 1u << (i % 32);
		any = true;
	}
	for (uint32_t i = 0; i < 32 && !only_smb1; i++) {
		if (!is_command(plain, smb2_command_name((uint16_t)i)))
			continue;
		self->smb2 |= 1u << i;
		any = true;
	}
	return any;
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

/* ---- Times ---- */

/* ".732283" as nanoseconds; moves past it. */
static bool
read_fraction(const char **at, uint64_t *ret)
{
	uint64_t unit = 100000000;

	if (**at != '.')
		return true;
	if (!g_ascii_isdigit(*++*at))
		return false;
	for (; g_ascii_isdigit(**at); ++*at, unit /= 10)
		*ret += (uint64_t)(**at - '0') * unit;
	return true;
}

/* "+12.5" */
static bool
read_relative(const char *value, OutMoment *ret)
{
	char *end;
	const char *at;

	if (!g_ascii_isdigit(*value))
		return false;
	ret->ns = g_ascii_strtoull(value, &end, 10);
	if (ret->ns > UINT32_MAX)
		return false;
	ret->ns *= 1000000000;
	ret->relative = true;
	at = end;
	return read_fraction(&at, &ret->ns) && !*at;
}

/*
 * GLib reads fractions as floating point, which is too coarse for nanoseconds: they are read
 * separately.
 */
static bool
read_absolute(const OutFilter *self, const char *value, OutMoment *ret)
{
	g_autoptr(GTimeZone) zone = self->utc ? g_time_zone_new_utc() : g_time_zone_new_local();
	g_autoptr(GDateTime) time = NULL;
	g_autofree char *whole = NULL;
	const char *point = strchr(value, '.'), *rest = point;
	uint64_t fraction = 0;

	if (point && !read_fraction(&rest, &fraction))
		return false;
	whole = point ? g_strdup_printf("%.*s%s", (int)(point - value), value, rest)
		      : g_strdup(value);
	time = g_date_time_new_from_iso8601(whole, zone);
	if (!time || g_date_time_to_unix(time) < 0)
		return false;
	/* A year after any that a packet can have. */
	if ((uint64_t)g_date_time_to_unix(time) >= UINT64_MAX / 1000000000)
		ret->ns = UINT64_MAX;
	else
		ret->ns = (uint64_t)g_date_time_to_unix(time) * 1000000000 + fraction;
	return true;
}

static bool
set_moment(const OutFilter *self, OutMoment *moment, const char *value)
{
	*moment = (OutMoment){ .set = true };
	return *value == '+' ? read_relative(value + 1, moment)
			     : read_absolute(self, value, moment);
}

/* ---- All of them ---- */

static bool
add(OutFilter *self, OutFilterKey key, const char *value)
{
	switch (key) {
	case OUT_FILTER_CLIENT:
	case OUT_FILTER_SERVER:
		return add_net(self, key, value);
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
		return set_moment(self, &self->from, value);
	case OUT_FILTER_TO:
		return set_moment(self, &self->to, value);
	case OUT_FILTER_KEYS:
		break;
	}
	return false;
}

const char *
out_filter_add(OutFilter *self, OutFilterKey key, const char *value)
{
	static const char net[] = "an address or a network, such as 10.0.0.5, fd00::/64, "
				  "00:a0:c9:11:22:33 (NetBEUI) or 00000001.00a0c9112233 (IPX)";
	static const char moment[] = "a time, such as 2026-11-22T06:19:27Z, "
				     "'2026-11-22 06:19:27' or +12.5";
	static const char *const forms[OUT_FILTER_KEYS] = {
		[OUT_FILTER_CLIENT] = net,
		[OUT_FILTER_SERVER] = net,
		[OUT_FILTER_USER] = "an account, such as alice or DOMAIN\\alice",
		[OUT_FILTER_SHARE] = "the name of a share, such as public or \\\\server\\public",
		[OUT_FILTER_FILE] = "a pattern, such as '*.xls'",
		[OUT_FILTER_COMMAND] = "a command of SMB, such as SMB_COM_OPEN_ANDX, "
				       "open_andx, 0x2d or SMB2_CREATE",
		[OUT_FILTER_STATUS] =
			"a status, such as STATUS_ACCESS_DENIED, 0xC0000022, ERRbadpath, or error",
		[OUT_FILTER_CONNECTION] = "numbers of connections, such as 3 or 1,5-7",
		[OUT_FILTER_FROM] = moment,
		[OUT_FILTER_TO] = moment,
	};

	return add(self, key, value) ? NULL : forms[key];
}
