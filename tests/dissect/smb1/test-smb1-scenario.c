/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The commands of a session, each form of them: every field of real messages, and forms that only
 * the specification has.
 */
#include "dissect/smb1/commands.h"

#include "tests/dissect/smb1/smb1-scenario-messages.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static Smb1Scratch scratch;
static uint8_t *message; /* of exactly its size */
static char shown[8192];
static size_t used;

static void
dissect_hex(const char *hex, bool response)
{
	uint32_t len = (uint32_t)strlen(hex) / 2;

	free(message);
	message = malloc(len);
	ck_assert_ptr_nonnull(message);
	for (uint32_t i = 0; i < len; i++) {
		char byte[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		message[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	smb1_dissect(smb_reader_new(message, len, len), response, &scratch);
}

static void
show(const char *text)
{
	used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%s", text);
}

static void
show_text(SmbText text)
{
	char utf8[512];

	(void)smb_text_to_utf8(text, utf8, sizeof(utf8));
	show(text.bytes.ptr ? utf8 : "-");
}

static void
show_number(uint64_t value)
{
	char digits[32];

	(void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	show(digits);
}

static void
show_span(SmbSpan span)
{
	for (uint32_t i = 0; i < span.len; i++) {
		char byte[3];

		(void)snprintf(byte, sizeof(byte), "%02x", span.ptr[i]);
		show(byte);
	}
}

static void
show_value(const SmbField *field, const uint8_t *at)
{
	const void *value = at;
	SmbList list;
	SmbText text;

	switch ((SmbFieldKind)field->kind) {
	case SMB_FIELD_U8:
	case SMB_FIELD_BOOL:
		show_number(*at);
		break;
	case SMB_FIELD_U16:
		show_number(*(const uint16_t *)value);
		break;
	case SMB_FIELD_I16:
		if (*(const int16_t *)value < 0)
			show("-");
		show_number((uint64_t)abs(*(const int16_t *)value));
		break;
	case SMB_FIELD_I32:
		if (*(const int32_t *)value < 0)
			show("-");
		show_number((uint64_t)labs(*(const int32_t *)value));
		break;
	case SMB_FIELD_U32:
	case SMB_FIELD_UTIME:
	case SMB_FIELD_DOSTIME:
		show_number(*(const uint32_t *)value);
		break;
	case SMB_FIELD_U64:
	case SMB_FIELD_FILETIME:
		show_number(*(const uint64_t *)value);
		break;
	case SMB_FIELD_TEXT:
		show_text(*(const SmbText *)value);
		break;
	case SMB_FIELD_HEX:
	case SMB_FIELD_GUID:
	case SMB_FIELD_ADDRESS:
		show_span(*(const SmbSpan *)value);
		break;
	case SMB_FIELD_LENGTH:
		show_number(((const SmbSpan *)value)->len);
		break;
	case SMB_FIELD_LIST: /* of texts, in these commands */
		list = *(const SmbList *)value;
		for (bool later = false; list.next(&list, &text); later = true) {
			show(later ? "|" : "");
			show_text(text);
		}
		break;
	case SMB_FIELD_OBJECT:
	case SMB_FIELD_PART:
		ck_abort_msg("no command of a session has an object");
	}
}

static const char *
all_fields(void)
{
	used = 0;
	shown[0] = 0;
	for (uint32_t i = 0; i < scratch.message.n_blocks; i++) {
		const SmbBlock *block = &scratch.message.blocks[i];
		char code[8];

		(void)snprintf(code, sizeof(code), "[%02x", block->command);
		show(code);
		for (uint32_t f = 0; block->layout && f < block->layout->count; f++) {
			const SmbField *field = &block->layout->fields[f];

			if (block->word_count < field->min_words)
				continue;
			show(" ");
			show(field->key);
			show("=");
			show_value(field, (const uint8_t *)block->body + field->offset);
		}
		show("]");
	}
	return shown;
}

START_TEST(real_messages_have_all_their_fields)
{
	dissect_hex(scenario_messages[_i].hex, scenario_messages[_i].response);
	ck_assert_str_eq(all_fields(), scenario_messages[_i].fields);
	ck_assert_uint_eq(scratch.message.anomalies, 0);
	ck_assert_uint_eq(scratch.message.incomplete, 0);
}
END_TEST

#define REQUEST(command)              \
	"ff534d42" command "00000000" \
	"18"                          \
	"0148"                        \
	"000000000000000000000000"    \
	"0000000000000000"
#define RESPONSE(command)             \
	"ff534d42" command "00000000" \
	"98"                          \
	"0148"                        \
	"000000000000000000000000"    \
	"0000000000000000"

static const ScenarioMessage built[] = {
	{ true,
	  RESPONSE("72") "01"
			 "ffff"
			 "0000",
	  "[72 dialect_index=65535]" },
	{ true,
	  RESPONSE("75") "02"
			 "ff000000"
			 "0300"
			 "413a00",
	  "[75 service=A: native_fs=-]" },
	{ false,
	  REQUEST("0e") "03"
			"0200"
			"01000000"
			"0300"
			"044400",
	  "[0e file_attributes=2 creation_time=1 directory=D]" },
	{ true,
	  RESPONSE("0e") "01"
			 "0500"
			 "0300"
			 "545100",
	  "[0e fid=5 file=TQ]" },
	{ false,
	  REQUEST("0f") "03"
			"2000"
			"00000000"
			"0300"
			"044e00",
	  "[0f file_attributes=32 creation_time=0 file=N]" },
	{ false,
	  REQUEST("12") "04"
			"0500"
			"0200"
			"f6ffffff"
			"0000",
	  "[12 fid=5 mode=2 offset=4294967286]" },
	{ true,
	  RESPONSE("12") "02"
			 "0a000000"
			 "0000",
	  "[12 offset=10]" },
	{ false,
	  REQUEST("05") "01"
			"0500"
			"0000",
	  "[05 fid=5]" },
	/* A 64-bit offset, and a timeout that is no high half of a count. */
	{ false,
	  REQUEST("1a") "0a"
			"0500"
			"01000000"
			"0010"
			"0000"
			"05000000"
			"0000"
			"02000000"
			"0000",
	  "[1a fid=5 offset=8589934593 max_count=4096 min_count=0 timeout=5]" },
	{ false,
	  REQUEST("2e") "0a"
			"ff000000"
			"0500"
			"01000000"
			"0010"
			"0000"
			"01000000"
			"0000"
			"0000",
	  "[2e fid=5 offset=1 max_count=4096 min_count=0 timeout=1 remaining=0]" },
	{ false,
	  REQUEST("2e") "0c"
			"ff000000"
			"0500"
			"01000000"
			"0010"
			"0000"
			"01000000"
			"0000"
			"02000000"
			"0000",
	  "[2e fid=5 offset=8589934593 max_count=69632 min_count=0 timeout=1 remaining=0]" },
	{ false,
	  REQUEST("2e") "0c"
			"ff000000"
			"0500"
			"01000000"
			"0010"
			"0000"
			"ffffffff"
			"0000"
			"00000000"
			"0000",
	  "[2e fid=5 offset=1 max_count=4096 min_count=0 timeout=4294967295 remaining=0]" },
	{ true,
	  RESPONSE("1b") "08"
			 "01000000"
			 "0200"
			 "ffff"
			 "0000"
			 "0000"
			 "0200"
			 "3300"
			 "0200"
			 "6162",
	  "[1b offset=1 count=2 remaining=65535 data_compaction_mode=0 data_length=2 data_offset=51]" },
	{ false,
	  REQUEST("1e") "0c"
			"0500"
			"0300"
			"0000"
			"01000000"
			"00000000"
			"8000"
			"04000000"
			"0200"
			"3b00"
			"0200"
			"6162",
	  "[1e fid=5 total_count=3 offset=1 timeout=0 write_mode=128 request_mask=4 data_length=2 data_offset=59]" },
	{ true,
	  RESPONSE("1e") "02"
			 "04000000"
			 "0000",
	  "[1e response_mask=4]" },
	{ true,
	  RESPONSE("20") "01"
			 "0300"
			 "0000",
	  "[20 count=3]" },
	{ false,
	  REQUEST("2c") "06"
			"0500"
			"0200"
			"07000000"
			"09000000"
			"0300"
			"006162",
	  "[2c fid=5 data_length=2 offset=7 last_write_time=9]" },
	{ true,
	  RESPONSE("2f") "06"
			 "ff000000"
			 "0100"
			 "ffff"
			 "0100"
			 "0000"
			 "0000",
	  "[2f count=65537 available=65535]" },
	{ false,
	  REQUEST("a4") "00"
			"0000",
	  "[a4]" },
	/* The server counts 42 words and sends 50; ByteCount was never set ([MS-SMB] 2.2.4.9.2). */
	{ true,
	  RESPONSE("a2") "2a"
			 "ff000000"
			 "02"
			 "0500"
			 "01000000"
			 "0100000000000000"
			 "0200000000000000"
			 "0300000000000000"
			 "0400000000000000"
			 "20000000"
			 "0010000000000000"
			 "1000000000000000"
			 "0000"
			 "0700"
			 "00"
			 "000102030405060708090a0b0c0d0e0f"
			 "0600000000000000"
			 "ff011f00"
			 "a9001200"
			 "5c69",
	  "[a2 oplock_level=2 fid=5 create_disposition=1 create_time=1 last_access_time=2 last_write_time=3 "
	  "last_change_time=4 file_attributes=32 allocation_size=4096 file_size=16 resource_type=0 nm_pipe_status=7 "
	  "is_directory=0 volume_guid=000102030405060708090a0b0c0d0e0f file_id=6 maximal_access_rights=2032127 "
	  "guest_maximal_access_rights=1179817]" },
	{ true,
	  RESPONSE("2d") "13"
			 "ff000000"
			 "0500"
			 "2000"
			 "01000000"
			 "10000000"
			 "0200"
			 "0000"
			 "0000"
			 "0180"
			 "00000000"
			 "0000"
			 "ff011f00"
			 "00000000"
			 "0000",
	  "[2d fid=5 file_attributes=32 last_write_time=1 file_size=16 access_rights=2 resource_type=0 nm_pipe_status=0 "
	  "open_results=32769 server_fid=0 maximal_access_rights=2032127 guest_maximal_access_rights=0]" },
};

START_TEST(built_messages_have_all_their_fields)
{
	dissect_hex(built[_i].hex, built[_i].response);
	ck_assert_str_eq(all_fields(), built[_i].fields);
	ck_assert_uint_eq(scratch.message.anomalies, 0);
}
END_TEST

START_TEST(opens_of_all_kinds_look_alike)
{
	const SmbOpenFacts *open = &scratch.facts[0].open;

	dissect_hex(REQUEST("02") "02"
				  "4200"
				  "0000"
				  "0400"
				  "04414200",
		    false);
	ck_assert(open->to_read && open->to_write && !open->nt);
	ck_assert_uint_eq(open->share_access, 4);
	ck_assert_uint_eq(scratch.facts[0].name.bytes.len, 2);
	dissect_hex(built[19].hex, true);
	ck_assert(scratch.facts[0].has_fid && open->nt && open->has_size && !open->pipe &&
		  !open->directory);
	ck_assert_uint_eq(open->size, 16);
	ck_assert_uint_eq(open->oplock, 2);
	ck_assert_int_eq(open->action, SMB_OPENED_EXISTING);
	dissect_hex(built[20].hex, true);
	ck_assert_uint_eq(scratch.facts[0].fid, 5);
	ck_assert_uint_eq(open->oplock, 1);
	ck_assert_int_eq(open->action, SMB_OPENED_EXISTING);
}
END_TEST

START_TEST(payload_outside_of_the_message_is_an_anomaly)
{
	dissect_hex(RESPONSE("2e") "0c"
				   "ff000000"
				   "0000"
				   "0000"
				   "0000"
				   "0300"
				   "3b00"
				   "0000"
				   "0000000000000000"
				   "0200"
				   "6162",
		    true);
	ck_assert_uint_eq(scratch.message.anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(scratch.facts[0].length, 3);
}
END_TEST

int
main(void)
{
	TCase *cases = tcase_create("fields");
	Suite *suite = suite_create("smb1 scenario");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(cases, real_messages_have_all_their_fields, 0,
			    (int)scenario_messages_count);
	tcase_add_loop_test(cases, built_messages_have_all_their_fields, 0,
			    (int)(sizeof(built) / sizeof(built[0])));
	tcase_add_test(cases, opens_of_all_kinds_look_alike);
	tcase_add_test(cases, payload_outside_of_the_message_is_an_anomaly);
	suite_add_tcase(suite, cases);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	free(message);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
