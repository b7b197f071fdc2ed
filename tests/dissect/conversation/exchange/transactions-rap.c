/* SPDX-License-Identifier: BSD-3-Clause */
/* Part of test-transactions.c: RAP, in parts and at the end of a chain. */
#include "tests/dissect/conversation/exchange/transactions-bounds.h"
#include "tests/dissect/conversation/exchange/transactions-case.h"

/* NetShareEnum ([MS-RAP] 2.5.6.1): function, descriptors, level, receive buffer. */
static const char share_enum[] = "\0\0WrLeh\0B13BWz\0\1\0\xFF\xFF";
/* Its answer ([MS-RAP] 2.5.6.2): status, converter, entries, and those there are. */
static const char share_answer[8];
static const char lanman[] = "\\PIPE\\LANMAN";

enum { ASKED = 19, ANSWERED = 8 };

/* A tree connect, and behind it in the chain `command`. */
static GByteArray *
chain(bool reply, uint8_t command)
{
	static const char asked[] = "\0\\\\S\\IPC$\0IPC", answered[] = "IPC";
	uint16_t n_words = reply ? 3 : 4, n = (uint16_t)(reply ? sizeof(answered) : sizeof(asked));
	uint16_t words[4] = { command, (uint16_t)(32 + 1 + n_words * 2 + 2 + n), 0, 1 };
	GByteArray *message = message_of(COM_TREE_CONNECT_ANDX, reply, 1, PID);

	build_block(message, words, (uint8_t)n_words, reply ? answered : asked, n);
	return message;
}

static void
ask_rap(GByteArray *message, uint16_t p_len)
{
	static const uint16_t head[16] = { [2] = 8, [13] = 2, [14] = SET_PATH_INFORMATION };

	append_part(message, head, 16, 9, &(Part){ ASKED, 0, 0, p_len, 0, 0, share_enum }, lanman);
	send_message(SMB_TO_SERVER, build_end(message));
}

static void
answer_rap(GByteArray *message, uint16_t p_len)
{
	static const uint16_t head[10];

	append_part(message, head, 10, 3, &(Part){ ANSWERED, 0, 0, p_len, 0, 0, share_answer },
		    NULL);
	send_message(SMB_TO_CLIENT, build_end(message));
}

static void
check_share_enum(void)
{
	char name[32];

	ck_assert_int_eq(seen.last.step, SMB_STEP_TRANSACTION);
	smb_text_to_utf8(seen.last.other.name, name, sizeof(name));
	ck_assert_str_eq(name, lanman);
	ck_assert_str_eq(seen.about, "NetShareEnum");
}

/* What a transaction is about can come with its last part, and its name stays. */
START_TEST(the_last_part_may_say_what_it_is_about)
{
	static const uint16_t head[8];

	for (uint16_t first = 0; first < ASKED; first += 6) {
		GByteArray *further = message_of(COM_TRANSACTION + 1, false, 1, PID);

		start();
		ask_rap(message_of(COM_TRANSACTION, false, 1, PID), first);
		ck_assert_uint_eq(seen.read, 0);
		append_part(further, head, 8, 2,
			    &(Part){ ASKED, 0, first, (uint16_t)(ASKED - first), 0, 0, share_enum },
			    NULL);
		send_message(SMB_TO_SERVER, build_end(further));
		ck_assert_uint_eq(seen.read, 1);
		answer_rap(message_of(COM_TRANSACTION, true, 1, PID), ANSWERED);
		ck_assert_uint_eq(seen.exchanges, 1);
		check_share_enum();
		stop();
	}
}
END_TEST

/* At the end of a chain there are no parts: what is there is read at once, by its own request. */
START_TEST(a_transaction_in_a_chain_is_read_at_once)
{
	for (uint16_t missing = 0; missing < 2; missing++) {
		char alone[64];

		start();
		ask_rap(message_of(COM_TRANSACTION, false, 1, PID), ASKED);
		answer_rap(message_of(COM_TRANSACTION, true, 1, PID), ANSWERED);
		g_strlcpy(alone, seen.layout, sizeof(alone));
		stop();
		start();
		ask_rap(chain(false, COM_TRANSACTION), ASKED - missing);
		ck_assert_uint_eq(seen.read, 1);
		answer_rap(chain(true, COM_TRANSACTION), ANSWERED - missing);
		ck_assert_uint_eq(seen.read, 2);
		ck_assert_str_eq(seen.layout, alone);
		ck_assert_uint_eq(seen.exchanges, 2);
		check_share_enum();
		stop();
	}
}
END_TEST

/* A chain that nobody asked for is read alone. */
START_TEST(a_chain_without_a_request_is_read_alone)
{
	start();
	answer_rap(chain(true, COM_TRANSACTION), ANSWERED);
	ck_assert_uint_eq(seen.size, ANSWERED);
	ck_assert_uint_eq(seen.incomplete & SMB_INCOMPLETE_TRUNCATED, 0);
	stop();
}
END_TEST

/* An answer of another kind than its request is read without it. */
START_TEST(an_answer_of_another_kind_is_read_alone)
{
	char alone[64];

	start();
	answer_rap(message_of(COM_TRANSACTION2, true, 1, PID), ANSWERED);
	g_strlcpy(alone, seen.layout, sizeof(alone));
	stop();
	start();
	ask_rap(chain(false, COM_TRANSACTION), ASKED);
	seen.layout[0] = 0;
	answer_rap(chain(true, COM_TRANSACTION2), ANSWERED);
	ck_assert_str_eq(seen.layout, alone);
	stop();
}
END_TEST

void
transactions_add_rap(TCase *tc)
{
	tcase_add_test(tc, the_last_part_may_say_what_it_is_about);
	tcase_add_test(tc, a_transaction_in_a_chain_is_read_at_once);
	tcase_add_test(tc, a_chain_without_a_request_is_read_alone);
	tcase_add_test(tc, an_answer_of_another_kind_is_read_alone);
}
