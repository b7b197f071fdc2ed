/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagram service: a host announcement of a Samba nmbd, whole, in fragments, cut; and who is who.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"

enum { USER = 82 }; /* where the user data begin */

static const uint8_t announcement[] = {
	0x11, 0x0a, 0x5f, 0xed, 0x0a, 0x4d, 0x00, 0x01, 0x00, 0x8a, 0x00, 0xc3, 0x00, 0x00, 0x20,
	0x46, 0x43, 0x45, 0x4a, 0x45, 0x48, 0x46, 0x44, 0x46, 0x43, 0x46, 0x47, 0x43, 0x41, 0x43,
	0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41,
	0x41, 0x41, 0x00, 0x20, 0x46, 0x43, 0x45, 0x4a, 0x45, 0x48, 0x46, 0x48, 0x45, 0x48, 0x43,
	0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41, 0x43, 0x41,
	0x43, 0x41, 0x43, 0x41, 0x42, 0x4e, 0x00, 0xff, 0x53, 0x4d, 0x42, 0x25, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x29, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x29, 0x00, 0x56, 0x00, 0x03, 0x00, 0x01, 0x00, 0x01, 0x00, 0x02, 0x00, 0x3a,
	0x00, 0x5c, 0x4d, 0x41, 0x49, 0x4c, 0x53, 0x4c, 0x4f, 0x54, 0x5c, 0x42, 0x52, 0x4f, 0x57,
	0x53, 0x45, 0x00, 0x01, 0x00, 0x60, 0xea, 0x00, 0x00, 0x52, 0x49, 0x47, 0x53, 0x52, 0x56,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x06, 0x01, 0x03, 0x9a, 0x81,
	0x00, 0x0f, 0x01, 0x55, 0xaa, 0x72, 0x69, 0x67, 0x20, 0x6d, 0x61, 0x69, 0x6e, 0x00,
};
static const uint8_t node_status[] = {
	0x49, 0x2d, 0x84, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x20, 0x43, 0x4b,
	0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41,
	0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41, 0x41,
	0x00, 0x00, 0x21, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x89, 0x05, 0x52, 0x49, 0x47,
	0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x00, 0x64, 0x00,
	0x52, 0x49, 0x47, 0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
	0x03, 0x64, 0x00, 0x52, 0x49, 0x47, 0x53, 0x52, 0x56, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x64, 0x00, 0x52, 0x49, 0x47, 0x57, 0x47, 0x20, 0x20, 0x20, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x00, 0xe4, 0x00, 0x52, 0x49, 0x47, 0x57, 0x47, 0x20,
	0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x1e, 0xe4, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

typedef struct {
	SmbContext *context;
	uint32_t datagrams, messages, frames, named, reassembled;
	SmbReadStatus status;
	uint64_t time_ns;
} World;

static void
on_event(void *user, const SmbEvent *event)
{
	World *w = user;

	ck_assert_uint_eq(event->connection->number, 0);
	if (event->kind == SMB_EVENT_MESSAGE) {
		w->messages++;
		ck_assert_int_eq(event->message->transport, SMB_OVER_NBDGM);
		if (event->message->n_blocks)
			ck_assert_uint_eq(event->message->command, 0x25);
		return;
	}
	w->datagrams++;
	w->status = event->datagram->status;
	w->named += event->datagram->n_named;
	w->reassembled += event->datagram->reassembled;
	if (!event->datagram->frame_layout || event->datagram->frame_status != SMB_READ_OK)
		return;
	w->frames++;
	ck_assert(smb_text_equal(event->datagram->mailslot,
				 smb_text_from_utf8("\\MAILSLOT\\BROWSE")));
	ck_assert_str_eq(event->datagram->frame_layout->name, "host announcement");
}

static World
world(void)
{
	return (World){ .datagrams = 0 };
}

static void
begin(World *w)
{
	const SmbConfig config = { .want = SMB_EVENT_DATAGRAM | SMB_EVENT_MESSAGE,
				   .event = on_event,
				   .user = w };

	w->context = smb_context_new(&config);
}

static void
feed(World *w, uint16_t port, const uint8_t *bytes, uint32_t n, uint32_t declared)
{
	uint8_t *exact = g_memdup2(bytes, n ? n : 1);
	const SmbEndpoints ends = { .family = 4,
				    .client = { 10, 77, 0, 1 },
				    .server = { 10, 77, 0, 255 },
				    .client_port = port,
				    .server_port = port };
	const SmbStamp when = { .time_ns = w->time_ns += 1000000, .frame = 1 };

	smb_context_datagram(w->context, &ends, (SmbSpan){ exact, n }, declared, &when);
	g_free(exact);
}

static void
feed_fragment(World *w, uint32_t from, uint32_t len, bool more)
{
	GByteArray *p = g_byte_array_new();
	uint32_t length = USER - 14 + len;

	g_byte_array_append(p, announcement, USER);
	g_byte_array_append(p, announcement + USER + from, len);
	p->data[1] = (uint8_t)((from == 0) << 1 | more);
	p->data[10] = (uint8_t)(length >> 8);
	p->data[11] = (uint8_t)length;
	p->data[12] = (uint8_t)(from >> 8);
	p->data[13] = (uint8_t)from;
	feed(w, 138, p->data, p->len, p->len);
	g_byte_array_unref(p);
}

START_TEST(an_announcement_is_a_message_and_a_frame)
{
	World w = world();

	begin(&w);
	feed(&w, 138, announcement, sizeof(announcement), sizeof(announcement));
	ck_assert_uint_eq(w.datagrams, 1);
	ck_assert_uint_eq(w.messages, 1);
	ck_assert_uint_eq(w.frames, 1);
	ck_assert_uint_eq(w.named, 1);
	ck_assert_uint_eq(smb_context_messages(w.context), 1);
	smb_context_free(w.context);
}
END_TEST

/* In any order, one of them twice: one message, with the fragment that completes it. */
START_TEST(fragments_are_put_together)
{
	const uint32_t user = sizeof(announcement) - USER;
	World w = world();

	begin(&w);
	feed_fragment(&w, 100, user - 100, false);
	feed_fragment(&w, 0, 60, true);
	feed_fragment(&w, 0, 60, true);
	ck_assert_uint_eq(w.messages, 0);
	feed_fragment(&w, 50, 50, true);
	ck_assert_uint_eq(w.datagrams, 4);
	ck_assert_uint_eq(w.reassembled, 1);
	ck_assert_uint_eq(w.messages, 1);
	ck_assert_uint_eq(w.frames, 1);
	smb_context_free(w.context);
}
END_TEST

/* RFC 1002 6, FRAGMENT_TO: two seconds. */
START_TEST(fragments_do_not_wait_for_long)
{
	World w = world();

	begin(&w);
	feed_fragment(&w, 0, 60, true);
	w.time_ns += 2100000000u;
	feed_fragment(&w, 60, sizeof(announcement) - USER - 60, false);
	ck_assert_uint_eq(w.messages, 0);
	smb_context_free(w.context);
}
END_TEST

/*
 * A thousand datagrams that never become whole take no more than the table's room, and it is given
 * back.
 */
START_TEST(fragments_are_capped)
{
	uint8_t head[USER + 1] = { 0 };
	World w = world();

	begin(&w);
	memcpy(head, announcement, USER);
	head[1] = 1;
	head[11] = USER - 14 + 1;
	head[10] = 0;
	head[12] = 0xff;
	for (uint32_t i = 0; i < 1000; i++) {
		head[2] = (uint8_t)(i >> 8);
		head[3] = (uint8_t)i;
		feed(&w, 138, head, sizeof(head), sizeof(head));
	}
	ck_assert_uint_le(smb_context_memory(w.context), 32 * 2 * 65536 + (1 << 20));
	smb_context_free(w.context);
}
END_TEST

START_TEST(cut_at_every_byte)
{
	for (uint32_t n = 0; n < sizeof(announcement); n++) {
		World w = world();

		begin(&w);
		feed(&w, 138, announcement, n, sizeof(announcement));
		feed(&w, 138, announcement, n, n);
		ck_assert_uint_eq(w.datagrams, 2);
		ck_assert_int_eq(w.status, SMB_READ_MALFORMED);
		smb_context_free(w.context);
	}
}
END_TEST

/* What a name cannot be spoils the name alone. */
START_TEST(a_bad_name_does_not_hide_the_message)
{
	uint8_t bad[sizeof(announcement)];
	World w = world();

	begin(&w);
	memcpy(bad, announcement, sizeof(bad));
	bad[20] = 0xb6;
	feed(&w, 138, bad, sizeof(bad), sizeof(bad));
	ck_assert_uint_eq(w.messages, 1);
	ck_assert_uint_eq(w.named, 0);
	ck_assert_int_eq(w.status, SMB_READ_MALFORMED);
	smb_context_free(w.context);
}
END_TEST

START_TEST(a_node_status_names_the_sender)
{
	World w = world();

	begin(&w);
	feed(&w, 137, node_status, sizeof(node_status), sizeof(node_status));
	ck_assert_uint_eq(w.datagrams, 1);
	ck_assert_uint_eq(w.named, 2); /* <00> and <20>; groups and <03> name no machine */
	smb_context_free(w.context);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("datagram");
	TCase *tc = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, an_announcement_is_a_message_and_a_frame);
	tcase_add_test(tc, fragments_are_put_together);
	tcase_add_test(tc, fragments_do_not_wait_for_long);
	tcase_add_test(tc, fragments_are_capped);
	tcase_add_test(tc, cut_at_every_byte);
	tcase_add_test(tc, a_bad_name_does_not_hide_the_message);
	tcase_add_test(tc, a_node_status_names_the_sender);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
