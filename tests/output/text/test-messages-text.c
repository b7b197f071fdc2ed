/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages as lines, blocks and bytes. */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "output/base/message-fields.h"
#include "output/base/message-secrets.h"
#include "tests/lib/smb2-wire.h"

typedef struct {
	uint16_t fid;
	SmbText file;
} Body;

static const SmbField fields[] = {
	SMB_FIELD(Body, U16, fid, "fid", .role = SMB_ROLE_FID),
	SMB_FIELD(Body, TEXT, file, "file", .role = SMB_ROLE_FILE),
};
static const SmbLayout layout = { "open", sizeof(Body), 2, fields };

typedef void (*Put)(OutBuffer *b, const SmbMessage *m);

static void
expect(Put print, const SmbMessage *m, const char *want)
{
	OutBuffer b = { 0 };

	print(&b, m);
	out_char(&b, '\0');
	ck_assert_str_eq(b.data, want);
	out_buffer_clear(&b);
}

static void
brief(OutBuffer *b, const SmbMessage *m)
{
	out_message_brief(b, m, false);
}

static void
all_bytes(OutBuffer *b, const SmbMessage *m)
{
	out_message_bytes(b, m, NULL, 0);
}

/* All but the first and the last. */
static void
few_bytes(OutBuffer *b, const SmbMessage *m)
{
	uint8_t hidden[18];

	memset(hidden, 1, sizeof(hidden));
	hidden[0] = hidden[17] = 0;
	out_message_bytes(b, m, hidden, 0);
}

START_TEST(test_a_chain_in_a_line)
{
	Body body = { 7, smb_text_from_utf8("\\a\x1b.txt") };
	SmbMessage m = { .version = 1,
			 .n_blocks = 2,
			 .blocks = { { .command = 0x2D,
				       .name = "SMB_COM_OPEN_ANDX",
				       .layout = &layout,
				       .body = &body },
				     { .command = 0xFE } } };

	expect(out_message_commands, &m, "open andx + command 0xfe");
	expect(brief, &m, "fid 7, \\a\\x1b.txt");
}
END_TEST

static char *
details(const SmbMessage *m)
{
	OutBuffer b = { 0 };
	char *text;

	out_message_details(&b, m, false);
	out_char(&b, '\0');
	text = g_strdup(b.data);
	out_buffer_clear(&b);
	return text;
}

/* An ECHO of Windows 98 directly over IPX; over NBIPX the same eight bytes would be a signature. */
START_TEST(test_connectionless_messages_have_no_signatures)
{
	SmbMessage m = { .version = 1,
			 .transport = SMB_OVER_IPX,
			 .connectionless = true,
			 .cid = 258,
			 .sequence_number = 12 };
	g_autofree char *ipx = details(&m);
	g_autofree char *tcp = NULL;

	m.connectionless = false;
	m.has_signature = true;
	m.signature[4] = 2;
	m.signature[5] = 1;
	m.signature[6] = 12;
	tcp = details(&m);
	ck_assert_ptr_nonnull(
		strstr(ipx, "key: 0x00\n        cid: 258\n        sequence number: 12\n"));
	ck_assert_ptr_null(strstr(ipx, "signature"));
	ck_assert_ptr_nonnull(strstr(tcp, "signature: 0000000002010c00\n"));
	ck_assert_ptr_null(strstr(tcp, "cid"));
}
END_TEST

START_TEST(test_bytes_say_what_is_not_here)
{
	uint8_t *bytes = g_malloc(18);
	SmbMessage m = { .version = 1 };

	memset(bytes, 'A', 18);
	bytes[17] = 0xFF;
	m.bytes = smb_reader_new(bytes, 18, 20);
	expect(few_bytes, &m,
	       "        0000  41 ** ** ** ** ** ** **  ** ** ** ** ** ** ** **  A***************\n"
	       "        0010  ** ff                                             *.\n"
	       "        0012  2 bytes that are not here\n");
	expect(all_bytes, &m,
	       "        0000  41 41 41 41 41 41 41 41  41 41 41 41 41 41 41 41  AAAAAAAAAAAAAAAA\n"
	       "        0010  41 ff                                             A.\n"
	       "        0012  2 bytes that are not here\n");
	g_free(bytes);
}
END_TEST

/* From there to the end, and nothing before. */
static void
hidden_from(uint32_t from)
{
	SmbConnectionInfo info = { 0 };
	g_autofree uint8_t *hidden = out_message_secrets(message, &info);

	ck_assert_ptr_nonnull(hidden);
	for (uint32_t i = 0; i < message->bytes.limit; i++)
		ck_assert_msg(hidden[i] == (i >= from), "byte %u", i);
}

/* The token of an offload stands for data; what was compressed is shown with what it is. */
START_TEST(test_tokens_and_compressed_bytes_are_hidden)
{
	static const uint32_t codes[] = { 0x00094264, 0x0011400C, 0x0011C017 };

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		Wire w = make(11, true, 49, 48 + 16);

		put(w, 64 + 4, 4, codes[i]);
		put(w, 64 + 32, 4, 112);
		put(w, 64 + 36, 4, 16);
		(void)dissect_kept(w, w.len, true);
		hidden_from(112);
		free(w.bytes);
	}
	Wire w = from_hex("fc534d4210000000010000000400000041424344ffffffff");

	(void)dissect_kept(w, w.len, true);
	ck_assert_uint_eq(message->version, 4);
	hidden_from(16);
	free(w.bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("messages-text");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, test_a_chain_in_a_line);
	tcase_add_test(tc, test_connectionless_messages_have_no_signatures);
	tcase_add_test(tc, test_bytes_say_what_is_not_here);
	tcase_add_test(tc, test_tokens_and_compressed_bytes_are_hidden);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
