/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NetBIOS session service: headers of both kinds, names, what bytes look like, and finding a
 * message in a heap of bytes. Bytes are read from heap buffers of their exact size, so that
 * AddressSanitizer sees a read beyond the end.
 */
#include "dissect/netbios/session.h"

#include <check.h>
#include <stdlib.h>

static void *
exact(const void *bytes, uint32_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	if (n)
		memcpy(copy, bytes, n);
	return copy;
}

static SmbLooks
looks(const void *bytes, uint32_t n, bool direct)
{
	uint8_t *copy = exact(bytes, n);
	SmbLooks result = smb_nbss_looks((SmbSpan){ copy, n }, direct);

	free(copy);
	return result;
}

static uint32_t
find(const void *bytes, uint32_t n, bool direct)
{
	uint8_t *copy = exact(bytes, n);
	uint32_t result = smb_nbss_find((SmbSpan){ copy, n }, direct);

	free(copy);
	return result;
}

/* A session request of smbclient with names given by hand (capture e01, frame 4). */
#define E01                                   \
	"\x81\0\0\x44"                        \
	" EMEPEOEHFDEFFCFGEFFCEOEBENEFDBCA\0" \
	" EDEBEMEMEJEOEHEOEBENEFCACACACAAA\0"
#define E01_CALLED "LONGSERVERNAME1"
#define E01_CALLING "CALLINGNAME"

/* ---- Headers --------------------------------------------------------------------------------- */

static void
expect_header(const char *bytes, bool direct, uint32_t length, bool plausible)
{
	uint8_t *copy = exact(bytes, 4);
	SmbNbssHeader h = smb_nbss_header(copy, direct);

	ck_assert_uint_eq(h.type, (uint8_t)bytes[0]);
	ck_assert_uint_eq(h.length, length);
	ck_assert_int_eq(h.plausible, plausible);
	free(copy);
}

START_TEST(message_lengths_of_17_and_24_bits)
{
	expect_header("\0\0\0\0", false, 0, true);
	expect_header("\0\0\0\0", true, 0, true);
	expect_header("\0\0\xFF\xFF", false, 0xFFFF, true);
	expect_header("\0\1\xFF\xFF", false, 0x1FFFF, true);
	expect_header("\0\1\xFF\xFF", true, 0x1FFFF, true);
	/* 0x20000: bit 17 is a reserved flag with 17 bits, and a part of the length with 24 */
	expect_header("\0\2\0\0", false, 0, false);
	expect_header("\0\2\0\0", true, 0x20000, true);
	expect_header("\0\x80\0\1", false, 1, false);
	expect_header("\0\xFF\xFF\xFF", false, 0x1FFFF, false);
	expect_header("\0\xFF\xFF\xFF", true, 0xFFFFFF, true);
}
END_TEST

START_TEST(lengths_of_the_other_types)
{
	static const struct {
		uint8_t type;
		uint32_t least, most;
	} types[] = {
		{ SMB_NBSS_REQUEST, 68, 510 }, { SMB_NBSS_POSITIVE, 0, 510 },
		{ SMB_NBSS_NEGATIVE, 1, 1 },   { SMB_NBSS_RETARGET, 6, 6 },
		{ SMB_NBSS_KEEPALIVE, 0, 0 },
	};

	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		for (uint32_t n = 0; n < 600; n++) {
			char b[4] = { (char)types[i].type, 0, (char)(n >> 8), (char)n };
			bool fits = n >= types[i].least && n <= types[i].most;

			expect_header(b, false, n, fits);
			expect_header(b, true, n, fits);
			b[1] = 1;
			expect_header(b, false, n + 0x10000, false);
			expect_header(b, true, n + 0x10000, false);
		}
	}
}
END_TEST

START_TEST(types_that_do_not_exist)
{
	for (int type = 1; type < 256; type++) {
		char b[4] = { (char)type, 0, 0, 0 };

		if (type < SMB_NBSS_REQUEST || type > SMB_NBSS_KEEPALIVE)
			expect_header(b, type & 1, 0, false);
	}
}
END_TEST

/* ---- Names ----------------------------------------------------------------------------------- */

static bool
read_name(const void *bytes, uint32_t n, SmbNetbiosName *ret_name, SmbReadStatus *ret_status)
{
	uint8_t *copy = exact(bytes, n);
	SmbReader r = smb_reader_new(copy, n, n);
	bool good = smb_netbios_name_read(&r, ret_name);

	*ret_status = r.status;
	if (good)
		ck_assert_uint_eq(smb_reader_left(&r), 0);
	free(copy);
	return good;
}

START_TEST(names_of_a_session_request)
{
	uint8_t *copy = exact(E01 + 4, sizeof(E01) - 1 - 4);
	SmbReader r = smb_reader_new(copy, sizeof(E01) - 1 - 4, sizeof(E01) - 1 - 4);
	SmbNetbiosName called, calling;

	ck_assert(smb_nbss_request_read(&r, &called, &calling));
	ck_assert_str_eq((const char *)called.name, E01_CALLED);
	ck_assert_uint_eq(called.len, strlen(E01_CALLED));
	ck_assert_uint_eq(called.suffix, 0x20);
	ck_assert_str_eq((const char *)calling.name, E01_CALLING);
	ck_assert_uint_eq(calling.suffix, 0x00);
	ck_assert_uint_eq(smb_reader_left(&r), 0);
	ck_assert_int_eq(r.status, SMB_READ_OK);
	free(copy);
}
END_TEST

START_TEST(request_cut_at_every_byte)
{
	for (uint32_t n = 0; n < sizeof(E01) - 1 - 4; n++) {
		uint8_t *copy = exact(E01 + 4, n);
		SmbReader r = smb_reader_new(copy, n, n);
		SmbReader cut = smb_reader_new(copy, n, sizeof(E01) - 1 - 4);
		SmbNetbiosName called, calling;

		ck_assert(!smb_nbss_request_read(&r, &called, &calling));
		ck_assert_int_eq(r.status, SMB_READ_MALFORMED);
		/* the called name is reported where it is whole */
		ck_assert_uint_eq(called.len, n >= 34 ? strlen(E01_CALLED) : 0);
		ck_assert_uint_eq(calling.len, 0);
		ck_assert(!smb_nbss_request_read(&cut, &called, &calling));
		ck_assert_int_eq(cut.status, SMB_READ_TRUNCATED);
		free(copy);
	}
}
END_TEST

#define STAR " CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define FULL " EBECEDEEEFEGEHEIEJEKELEMENEOEPBL" /* ABCDEFGHIJKLMNO<1b> */

START_TEST(names_padded_and_full)
{
	SmbNetbiosName name;
	SmbReadStatus status;

	ck_assert(read_name(STAR, 34, &name, &status));
	ck_assert_uint_eq(name.len, 1);
	ck_assert_str_eq((const char *)name.name, "*");
	ck_assert(read_name(FULL, 34, &name, &status));
	ck_assert_uint_eq(name.len, 15);
	ck_assert_str_eq((const char *)name.name, "ABCDEFGHIJKLMNO");
	ck_assert_uint_eq(name.suffix, 0x1B);
	/* nothing but padding */
	ck_assert(read_name(" CACACACACACACACACACACACACACACACA", 34, &name, &status));
	ck_assert_uint_eq(name.len, 0);
	ck_assert_uint_eq(name.suffix, 0x20);
}
END_TEST

START_TEST(scopes)
{
	SmbNetbiosName name;
	SmbReadStatus status;
	char b[300];

	ck_assert(read_name(FULL "\3FOO\3BAR", 42, &name, &status));
	ck_assert_str_eq((const char *)name.name, "ABCDEFGHIJKLMNO");
	/* a label runs out of the message; no end; pointers and reserved labels */
	ck_assert(!read_name(FULL "\5FOO", 38, &name, &status));
	ck_assert(!read_name(FULL "\3FOO", 37, &name, &status));
	ck_assert(!read_name(FULL "\xC0\x0C", 36, &name, &status));
	ck_assert_int_eq(status, SMB_READ_MALFORMED);
	ck_assert(!read_name(FULL "\x40", 35, &name, &status));
	/* 64 bytes that are there all the same */
	memcpy(b, FULL "\x40", 34);
	memset(b + 34, 'X', 64);
	b[98] = 0;
	ck_assert(!read_name(b, 99, &name, &status));
	/* 255 bytes in all and one more: 33 + 64 * 3 + 29 + 1, and 30 */
	for (uint32_t last = 28; last <= 29; last++) {
		uint32_t n = 33;

		memcpy(b, FULL, 33);
		for (int i = 0; i < 3; i++, n += 64) {
			memset(b + n, 'X', 64);
			b[n] = 63;
		}
		memset(b + n, 'X', 1 + last);
		b[n] = (char)last;
		n += 1 + last;
		b[n++] = 0;
		ck_assert_int_eq(read_name(b, n, &name, &status), n <= 255);
	}
}
END_TEST

START_TEST(bad_encodings)
{
	SmbNetbiosName name;
	SmbReadStatus status;
	char b[34];

	for (uint32_t at = 1; at < 33; at++) {
		static const char bad[] = { '@', 'Q', 'a', 0, (char)0xC1 };

		for (uint32_t i = 0; i < sizeof(bad); i++) {
			memcpy(b, FULL, 34);
			b[at] = bad[i];
			ck_assert(!read_name(b, 34, &name, &status));
			ck_assert_int_eq(status, SMB_READ_MALFORMED);
			ck_assert_uint_eq(name.len, 0);
		}
	}
	for (int length = 0; length < 256; length++) {
		memcpy(b, FULL, 34);
		b[0] = (char)length;
		ck_assert_int_eq(read_name(b, 34, &name, &status), length == 32);
	}
}
END_TEST

/* ---- What bytes look like -------------------------------------------------------------------- */

typedef struct {
	const char *bytes;
	uint32_t n;
	SmbLooks looks;
} Sample;

#define SAMPLE(text, result)                   \
	{                                      \
		text, sizeof(text) - 1, result \
	}

static const Sample samples[] = {
	SAMPLE("\0\0\0\x31\xFFSMBr\0\0\0\0\x18", SMB_LOOKS_REQUEST),
	SAMPLE("\0\0\0\x31\xFFSMBr\0\0\0\0\x98", SMB_LOOKS_RESPONSE),
	SAMPLE("\0\0\0\x31\xFFSMBr\0\0\0\0", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x31\xFFSMB", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x44\xFESMB\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", SMB_LOOKS_REQUEST),
	SAMPLE("\0\0\0\x44\xFESMB\x40\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0", SMB_LOOKS_RESPONSE),
	SAMPLE("\0\0\0\x44\xFESMB\x40\0\0\0\0\0\0\0\0\0\0\0", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x90\xFDSMB\1\2\3\4", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x90\xFCSMB\1\2\3\4", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x58\xFF"
	       "E\0\0\1\0\0\0",
	       SMB_LOOKS_SMB),
	/* 34 bytes: an SMB1 message has 35 at least */
	SAMPLE("\0\0\0\x22\xFFSMB", SMB_LOOKS_OTHER),
	SAMPLE("\0\0\0\x23\xFFSMB", SMB_LOOKS_SMB),
	SAMPLE("\0\0\0\x3F\xFESMB", SMB_LOOKS_OTHER),
	SAMPLE("\0\0\0\x58\xFF"
	       "E\0\7",
	       SMB_LOOKS_OTHER),
	SAMPLE("\0\0\0\0", SMB_LOOKS_OTHER),
	SAMPLE("\0\0\1\0\0\0\0\0", SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x44 EBE", SMB_LOOKS_REQUEST),
	SAMPLE("\x81\0\0\x44 EB", SMB_LOOKS_UNDECIDED),
	SAMPLE("\x81\0\0\x44 EBQ", SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x44 EB@", SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x44 \0", SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x44 APA", SMB_LOOKS_REQUEST),
	SAMPLE("\x86", SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x44\x21"
	       "EBE",
	       SMB_LOOKS_OTHER),
	SAMPLE("\x81\0\0\x43 EBE", SMB_LOOKS_OTHER),
	SAMPLE("\x82\0\0\0", SMB_LOOKS_RESPONSE),
	SAMPLE("\x83\0\0\1\x82", SMB_LOOKS_RESPONSE),
	SAMPLE("\x84\0\0\6\x0A\x4D\0\1\0\x8B", SMB_LOOKS_RESPONSE),
	SAMPLE("\x85\0\0\0", SMB_LOOKS_SMB),
	SAMPLE("\x85\0\0\1", SMB_LOOKS_OTHER),
	SAMPLE("GET / HTTP/1.1\r\n", SMB_LOOKS_OTHER),
	SAMPLE("\x16\3\1\2\0\1\0\1\xFC\3\3", SMB_LOOKS_OTHER),
	SAMPLE("\5\0\x0B\3\x10\0\0\0", SMB_LOOKS_OTHER),
	SAMPLE("SMB", SMB_LOOKS_OTHER),
	SAMPLE("\xFFSMB", SMB_LOOKS_OTHER),
};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

START_TEST(looks_of_samples)
{
	const Sample *s = &samples[_i];
	uint8_t *copy = exact(s->bytes, s->n);

	ck_assert_int_eq(looks(s->bytes, s->n, false), s->looks);
	ck_assert_int_eq(looks(s->bytes, s->n, true), s->looks);
	ck_assert_int_eq(smb_looks_like((SmbSpan){ copy, s->n }), s->looks);
	free(copy);
	/* A beginning of it says the same or that it cannot tell, or leaves out who sent it. */
	for (uint32_t n = 0; n < s->n; n++) {
		SmbLooks early = looks(s->bytes, n, false);

		if (s->looks == SMB_LOOKS_OTHER)
			ck_assert(early == SMB_LOOKS_OTHER || early == SMB_LOOKS_UNDECIDED);
		else
			ck_assert(early == s->looks || early == SMB_LOOKS_UNDECIDED ||
				  early == SMB_LOOKS_SMB);
	}
	ck_assert_int_eq(looks(s->bytes, 0, true), SMB_LOOKS_UNDECIDED);
}
END_TEST

START_TEST(lengths_of_24_bits_look_like_smb_on_direct_tcp_only)
{
	static const char big[] = "\0\2\0\0\xFFSMB";

	ck_assert_int_eq(looks(big, 8, true), SMB_LOOKS_SMB);
	ck_assert_int_eq(looks(big, 8, false), SMB_LOOKS_OTHER);
	ck_assert_int_eq(looks("\0\xFF\xFF\xFF\xFESMB", 8, true), SMB_LOOKS_SMB);
	ck_assert_int_eq(looks("\0\1\xFF\xFF\xFESMB", 8, false), SMB_LOOKS_SMB);
}
END_TEST

/* ---- Finding --------------------------------------------------------------------------------- */

START_TEST(find_at_every_offset)
{
	static const char *const messages[] = {
		"\0\0\0\x31\xFFSMB",
		"\0\0\0\x44\xFESMB",
		"\0\0\0\x90\xFDSMB",
		"\0\0\0\x90\xFCSMB",
		"\0\0\0\x58\xFF"
		"E\0\0",
		"\x81\0\0\x44 EBE",
	};
	static const uint8_t fills[] = { 0x00, 'S', 'E', 0xFF, 0x81, 0x85, 'x' };

	for (uint32_t m = 0; m < sizeof(messages) / sizeof(messages[0]); m++) {
		for (uint32_t f = 0; f < sizeof(fills); f++) {
			for (uint32_t at = 0; at < 40; at++) {
				uint8_t b[56];

				memset(b, fills[f], sizeof(b));
				memcpy(b + at, messages[m], 8);
				for (uint32_t n = at + 8; n <= sizeof(b); n += 5)
					ck_assert_uint_eq(find(b, n, false), at);
				/* the last seven bytes are never decided */
				for (uint32_t n = at; n < at + 8; n++)
					ck_assert_uint_eq(find(b, n, true), n);
			}
		}
	}
}
END_TEST

START_TEST(find_gives_the_first_of_several)
{
	static const char b[] = "xx\x81\0\0\x44 EBE..\0\0\0\x31\xFFSMB..\0\0\0\x58\xFF"
				"E\0\0.\0\0\0\x31\xFFSMB";
	uint32_t n = sizeof(b) - 1;

	ck_assert_uint_eq(find(b, n, false), 2);
	ck_assert_uint_eq(find(b + 3, n - 3, false), 9);
	ck_assert_uint_eq(find(b + 13, n - 13, false), 9);
	ck_assert_uint_eq(find(b + 23, n - 23, false), 8);
}
END_TEST

/* The last seven bytes are never decided, and where there are no more nothing is. */
START_TEST(find_decides_nothing_on_fewer_than_eight_bytes)
{
	static const char message[] = "\0\0\0\x40\xFFSMB\x72\0\0\0";

	for (uint32_t n = 0; n < 8; n++) {
		ck_assert_uint_eq(find(message, n, true), n);
		ck_assert_uint_eq(find(message, n, false), n);
		ck_assert_uint_eq(find(E01, n, false), n);
	}
	ck_assert_uint_eq(find(message, 8, true), 0);
	ck_assert_uint_eq(find(message, 8, false), 0);
}
END_TEST

START_TEST(find_passes_over_what_only_resembles)
{
	/*
	 * 85 00 00 00 is a number that data is full of; a mark without a header before it is text
	 */
	static const char b[] =
		"\x85\0\0\0\x85\0\0\0Sxxx\xFFSMB\xFESMB\0\0\0\1\xFFSMB\0\2\0\0\xFFSMB.......";

	ck_assert_uint_eq(find(b, sizeof(b) - 1, false), sizeof(b) - 1);
	ck_assert_uint_eq(find(b, sizeof(b) - 1, true), 28);
	ck_assert_uint_eq(find("\x85\0\0\0.S......", 12, false), 12);
	ck_assert_uint_eq(find("\x82\0\0\0.E......", 12, true), 12);
	ck_assert_uint_eq(find("", 0, false), 0);
	ck_assert_uint_eq(find("\0\0\0", 3, false), 3);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("netbios");
	SRunner *runner = srunner_create(suite);
	TCase *tc = tcase_create("session");
	int failed;

	tcase_add_test(tc, message_lengths_of_17_and_24_bits);
	tcase_add_test(tc, lengths_of_the_other_types);
	tcase_add_test(tc, types_that_do_not_exist);
	tcase_add_test(tc, names_of_a_session_request);
	tcase_add_test(tc, request_cut_at_every_byte);
	tcase_add_test(tc, names_padded_and_full);
	tcase_add_test(tc, scopes);
	tcase_add_test(tc, bad_encodings);
	tcase_add_loop_test(tc, looks_of_samples, 0, N_SAMPLES);
	tcase_add_test(tc, lengths_of_24_bits_look_like_smb_on_direct_tcp_only);
	tcase_add_test(tc, find_at_every_offset);
	tcase_add_test(tc, find_gives_the_first_of_several);
	tcase_add_test(tc, find_passes_over_what_only_resembles);
	tcase_add_test(tc, find_decides_nothing_on_fewer_than_eight_bytes);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
