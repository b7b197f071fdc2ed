/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of records: numbers, times, words, counts, and what an observation rests on. */
#include "output/audit/read/read.h"

#include <string.h>

enum {
	NS_PER_SECOND = 1000000000,
	ADDRESS = 64, /* of an address */
	CAPTURE_MAX = 4096,
	HEX = 16, /* digits of 64 bits */
};

uint64_t
out_read_number(OutJson *j)
{
	return (uint64_t)out_json_number(j, 0);
}

/* Nanoseconds of "2026-11-22T06:19:27.732283Z"; 0 if it is not a time. */
uint64_t
out_read_time(OutJson *j)
{
	char s[OUT_READ_MEMBER];
	const char *dot = out_json_string(j, s, sizeof(s)) ? strchr(s, '.') : NULL;
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(s, NULL);
	gint64 seconds = when ? g_date_time_to_unix(when) : -1;
	uint64_t ns = 0, unit = NS_PER_SECOND / 10;

	if (seconds < 0 || (uint64_t)seconds >= UINT64_MAX / NS_PER_SECOND)
		return 0;
	for (const char *d = dot ? dot + 1 : ""; g_ascii_isdigit(*d) && unit; d++, unit /= 10)
		ns += (uint64_t)(*d - '0') * unit;
	return (uint64_t)seconds * NS_PER_SECOND + ns;
}

/* The value whose name is given; `n` of them. */
unsigned
out_read_value(OutJson *j, const char *(*name_of)(unsigned), unsigned n, unsigned otherwise)
{
	char s[OUT_READ_MEMBER];

	if (!out_json_string(j, s, sizeof(s)))
		return otherwise;
	for (unsigned i = 0; i < n; i++)
		if (g_strcmp0(name_of(i), s) == 0)
			return i;
	return otherwise;
}

/* {"name":...,"count":...}; false where it has no name. */
bool
out_read_count(OutJson *j, char *ret_name, size_t size, uint64_t *ret_count)
{
	char key[OUT_READ_MEMBER];
	bool named = false;

	*ret_name = '\0';
	*ret_count = 0;
	if (!out_json_object(j))
		return false;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "name")) {
			(void)out_json_string(j, ret_name, size);
			named = true;
		} else if (out_read_is(key, "count")) {
			*ret_count = out_read_number(j);
		} else {
			out_json_skip(j);
		}
	}
	return named;
}

void
out_read_counts(OutJson *j, AuditTally *to, AuditCap cap)
{
	char name[AUDIT_KEY_MAX];
	uint64_t count;

	if (!out_json_array(j))
		return;
	while (out_json_element(j))
		if (out_read_count(j, name, sizeof(name), &count))
			audit_tally_add(to, cap, name, count);
}

static void
read_one_evidence(OutJson *j, Audit *audit, AuditEvidence *ret)
{
	char key[OUT_READ_MEMBER], name[CAPTURE_MAX] = "";

	*ret = (AuditEvidence){ 0 };
	if (!out_json_object(j))
		return;
	while (out_json_key(j, key, sizeof(key))) {
		if (out_read_is(key, "timestamp"))
			ret->time_ns = out_read_time(j);
		else if (out_read_is(key, "pcap_filename"))
			(void)out_json_string(j, name, sizeof(name));
		else if (out_read_is(key, "connection"))
			ret->connection = out_read_number(j);
		else if (out_read_is(key, "frame"))
			ret->frame = out_read_number(j);
		else
			out_json_skip(j);
	}
	ret->capture = audit_capture_name(audit, *name ? name : NULL);
}

/* Of more than a record has, the first. */
void
out_read_frames(OutJson *j, Audit *audit, AuditSighting *to)
{
	if (!out_json_array(j))
		return;
	for (uint32_t n = 0; out_json_element(j); n++) {
		AuditEvidence evidence;

		if (n >= AUDIT_EVIDENCE_MAX) {
			out_json_skip(j);
			continue;
		}
		read_one_evidence(j, audit, &evidence);
		audit_sighting_evidence(to, &evidence);
	}
}

uint64_t
out_read_digest(OutJson *j)
{
	char digest[OUT_READ_MEMBER];

	(void)out_json_string(j, digest, sizeof(digest));
	return g_ascii_strtoull(digest, NULL, 16);
}

bool
out_read_hex(OutJson *j, uint64_t *ret)
{
	char hex[OUT_READ_MEMBER];
	bool is = out_json_string(j, hex, sizeof(hex));

	*ret = is ? g_ascii_strtoull(hex, NULL, 16) : 0;
	return is;
}

bool
out_read_hash_key(OutJson *j, SmbHashKey *to)
{
	char hex[OUT_READ_MEMBER], half[HEX + 1] = "";

	if (!out_json_string(j, hex, sizeof(hex)) || strlen(hex) != (size_t)2 * HEX)
		return false;
	memcpy(half, hex, HEX);
	to->words[0] = g_ascii_strtoull(half, NULL, 16);
	to->words[1] = g_ascii_strtoull(hex + HEX, NULL, 16);
	return true;
}

bool
out_read_address(OutJson *j, AuditAddress *to)
{
	char text[ADDRESS];

	return out_json_string(j, text, sizeof(text)) && out_audit_read_address(text, to);
}
