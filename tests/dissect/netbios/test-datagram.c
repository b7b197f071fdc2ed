/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Datagram service: a host announcement of a Samba nmbd, whole, in fragments, cut; and who is who.
 */
#include <check.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/netbios/datagram.h"

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

/* ---- RFC 1002 4.4: the header and what each type has ---- */

enum { HEADER = 10, NAMES = 68 };

/* The bytes stay until the next call, in a heap buffer of their size. */
static bool
read_header(const void *bytes, uint32_t n, uint32_t declared, SmbNbDatagram *d,
	    SmbReadStatus *ret_status)
{
	static uint8_t *exact;
	SmbReader r;
	bool good;

	g_free(exact);
	exact = g_memdup2(bytes, MAX(n, 1));
	r = smb_reader_new(exact, n, declared);
	good = smb_dgm_read(&r, d);
	*ret_status = r.status;
	return good;
}

START_TEST(each_type_has_its_layout)
{
	static const struct {
		uint8_t type;
		const char *name, *layout;
		bool carries;
	} rows[] = {
		{ 0x10, "direct_unique", "datagram", true },
		{ 0x11, "direct_group", "datagram", true },
		{ 0x12, "broadcast", "datagram", true },
		{ 0x13, "error", "datagram error", false },
		{ 0x14, "query", "datagram query", false },
		{ 0x15, "query_positive", "datagram query", false },
		{ 0x16, "query_negative", "datagram query", false },
	};
	uint8_t bytes[sizeof(announcement)];

	memcpy(bytes, announcement, sizeof(bytes));
	for (unsigned type = 0; type < 256; type++) {
		SmbReadStatus status;
		SmbNbDatagram d;
		bool known = type >= 0x10 && type <= 0x16;

		bytes[0] = (uint8_t)type;
		ck_assert_int_eq(read_header(bytes, sizeof(bytes), sizeof(bytes), &d, &status),
				 known);
		ck_assert_int_eq(smb_dgm_layout((uint8_t)type) != NULL, known);
		if (!known) {
			ck_assert_int_eq(status, SMB_READ_MALFORMED);
			ck_assert(!smb_dgm_carries((uint8_t)type));
			continue;
		}
		ck_assert_str_eq(d.type_name, rows[type - 0x10].name);
		ck_assert_str_eq(smb_dgm_layout((uint8_t)type)->name, rows[type - 0x10].layout);
		ck_assert_int_eq(smb_dgm_carries((uint8_t)type), rows[type - 0x10].carries);
	}
}
END_TEST

/* 4.4.1: flags; 4.4.2: lengths and names. */
START_TEST(an_announcement_is_read_whole)
{
	SmbReadStatus status;
	SmbNbDatagram d;

	ck_assert(
		read_header(announcement, sizeof(announcement), sizeof(announcement), &d, &status));
	ck_assert_int_eq(status, SMB_READ_OK);
	ck_assert(d.first && !d.more && !d.lies);
	ck_assert_uint_eq(d.node_type, 2);
	ck_assert_uint_eq(d.id, 0x5fed);
	ck_assert_mem_eq(d.source_ip.ptr, "\x0a\x4d\0\1", 4);
	ck_assert_uint_eq(d.source_port, 138);
	ck_assert_uint_eq(d.length, 195);
	ck_assert_uint_eq(d.packet_offset, 0);
	ck_assert(d.has_source && d.has_destination);
	ck_assert(smb_text_equal(d.source.text, smb_text_from_utf8("RIGSRV")));
	ck_assert_uint_eq(d.source.name.suffix, 0);
	ck_assert(smb_text_equal(d.destination.text, smb_text_from_utf8("RIGWG")));
	ck_assert_uint_eq(d.destination.name.suffix, 0x1d);
	ck_assert_uint_eq(d.user_length, sizeof(announcement) - USER);
	ck_assert_uint_eq(smb_reader_left(&d.user_data), sizeof(announcement) - USER);
	ck_assert_mem_eq(d.user_data.base, "\xffSMB", 4);
}
END_TEST

/* 4.4.2: the length counts the names and the user data; one that cannot be is a lie, and the packet's end holds. */
START_TEST(the_length_is_held_against_the_packet)
{
	const uint32_t user = sizeof(announcement) - USER;
	const struct {
		uint32_t length;
		bool lies;
		uint32_t user_length;
	} rows[] = {
		{ NAMES + user, false, user },    { NAMES + user - 1, false, user - 1 },
		{ NAMES + 1, false, 1 },          { NAMES, false, 0 },
		{ NAMES - 1, true, user },        { 0, true, user },
		{ NAMES + user + 1, true, user }, { 0xFFFF, true, user },
	};
	uint8_t bytes[sizeof(announcement)];

	memcpy(bytes, announcement, sizeof(bytes));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		SmbReadStatus status;
		SmbNbDatagram d;

		bytes[10] = (uint8_t)(rows[i].length >> 8);
		bytes[11] = (uint8_t)rows[i].length;
		ck_assert(read_header(bytes, sizeof(bytes), sizeof(bytes), &d, &status));
		ck_assert_int_eq(status, SMB_READ_OK);
		ck_assert_msg(d.lies == rows[i].lies, "row %zu", i);
		ck_assert_uint_eq(d.user_length, rows[i].user_length);
		ck_assert_uint_eq(smb_reader_left(&d.user_data), rows[i].user_length);
		ck_assert_uint_eq(smb_reader_declared_left(&d.user_data), rows[i].user_length);
	}
}
END_TEST

/* What the capture cut of the user data is declared, and not there. */
/* A name that ends with the packet, in its scope, is none; and nothing is said of what would stand behind it. */
START_TEST(a_name_may_be_cut)
{
	for (uint32_t n = HEADER; n < USER; n++) {
		SmbReadStatus status;
		SmbNbDatagram d;

		ck_assert(read_header(announcement, n, sizeof(announcement), &d, &status));
		ck_assert_int_eq(status, SMB_READ_TRUNCATED);
		ck_assert_int_eq(d.has_source, n >= HEADER + 4 + 34);
		ck_assert(!d.has_destination);
		ck_assert(!d.lies);
		ck_assert_uint_eq(d.user_length, 0);
		ck_assert_uint_eq(smb_reader_left(&d.user_data), 0);
		ck_assert(read_header(announcement, n, n, &d, &status));
		ck_assert_int_eq(status, SMB_READ_MALFORMED);
		ck_assert_int_eq(d.has_source, n >= HEADER + 4 + 34);
		ck_assert(!d.lies);
		ck_assert_uint_eq(d.user_length, 0);
	}
}
END_TEST

START_TEST(user_data_may_be_cut)
{
	for (uint32_t n = USER; n < sizeof(announcement); n++) {
		SmbReadStatus status;
		SmbNbDatagram d;

		ck_assert(read_header(announcement, n, sizeof(announcement), &d, &status));
		ck_assert_int_eq(status, SMB_READ_OK);
		ck_assert(!d.lies);
		ck_assert_uint_eq(smb_reader_left(&d.user_data), n - USER);
		ck_assert_uint_eq(smb_reader_declared_left(&d.user_data),
				  sizeof(announcement) - USER);
	}
}
END_TEST

/* 4.4.3 */
START_TEST(errors_have_names)
{
	static const struct {
		uint8_t code;
		const char *name;
	} rows[] = { { 0x81, NULL },
		     { 0x82, "destination name not present" },
		     { 0x83, "invalid source name format" },
		     { 0x84, "invalid destination name format" },
		     { 0x85, NULL },
		     { 0x00, NULL },
		     { 0xFF, NULL } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t bytes[HEADER + 1] = { 0x13, 0x02, 0, 1, 10, 0, 0, 1, 0, 138, rows[i].code };
		SmbReadStatus status;
		SmbNbDatagram d;

		ck_assert(read_header(bytes, sizeof(bytes), sizeof(bytes), &d, &status));
		ck_assert_int_eq(status, SMB_READ_OK);
		ck_assert_uint_eq(d.error_code, rows[i].code);
		ck_assert_int_eq(d.error.bytes.ptr != NULL, rows[i].name != NULL);
		if (rows[i].name)
			ck_assert(smb_text_equal(d.error, smb_text_from_utf8(rows[i].name)));
		ck_assert(read_header(bytes, HEADER, HEADER, &d, &status));
		ck_assert_int_eq(status, SMB_READ_MALFORMED);
	}
}
END_TEST

/* 4.4.4: a query and its answers have the name that is asked for, and nothing else. */
START_TEST(a_query_has_a_destination)
{
	uint8_t bytes[HEADER + 34] = { 0x14, 0x0E };
	SmbReadStatus status;
	SmbNbDatagram d;

	memcpy(bytes + HEADER, announcement + 48, 34);
	ck_assert(read_header(bytes, sizeof(bytes), sizeof(bytes), &d, &status));
	ck_assert_int_eq(status, SMB_READ_OK);
	ck_assert(d.has_destination && !d.has_source);
	ck_assert_uint_eq(d.node_type, 3);
	ck_assert(smb_text_equal(d.destination.text, smb_text_from_utf8("RIGWG")));
	ck_assert_uint_eq(smb_reader_left(&d.user_data), 0);
	bytes[HEADER + 3] = 'a';
	ck_assert(read_header(bytes, sizeof(bytes), sizeof(bytes), &d, &status));
	ck_assert(d.lies && !d.has_destination);
}
END_TEST

START_TEST(node_types_have_names)
{
	static const char *const names[] = { "B node", "P node", "M node", "NBDD" };
	const SmbLayout *layout = smb_dgm_layout(SMB_DGM_QUERY);
	const SmbField *node_type = NULL, *suffix = NULL;

	for (uint32_t i = 0; i < layout->count; i++) {
		if (g_str_equal(layout->fields[i].key, "node_type"))
			node_type = &layout->fields[i];
		else if (g_str_equal(layout->fields[i].key, "destination_suffix"))
			suffix = &layout->fields[i];
	}
	ck_assert(node_type && suffix);
	for (uint32_t i = 0; i < 4; i++)
		ck_assert_str_eq(node_type->name_of(i), names[i]);
	ck_assert_ptr_null(node_type->name_of(4));
	ck_assert_str_eq(suffix->name_of(0x20), "file server");
}
END_TEST

/* ---- Who learns what ---- */

/* Another may have forwarded it, or says whatever it likes: the name is not that of the sender. */
START_TEST(a_name_is_that_of_the_address_it_came_from)
{
	uint8_t bytes[sizeof(announcement)];
	World w = world();

	memcpy(bytes, announcement, sizeof(bytes));
	bytes[7] = 9; /* SOURCE_IP */
	begin(&w);
	feed(&w, 138, bytes, sizeof(bytes), sizeof(bytes));
	ck_assert_uint_eq(w.datagrams, 1);
	ck_assert_uint_eq(w.named, 0);
	smb_context_free(w.context);
}
END_TEST

/* Only machines have the suffixes <00> and <20>. */
START_TEST(only_some_suffixes_name_a_machine)
{
	for (unsigned suffix = 0; suffix < 256; suffix++) {
		uint8_t bytes[sizeof(announcement)];
		World w = world();

		memcpy(bytes, announcement, sizeof(bytes));
		bytes[45] = (uint8_t)('A' + (suffix >> 4));
		bytes[46] = (uint8_t)('A' + (suffix & 15));
		begin(&w);
		feed(&w, 138, bytes, sizeof(bytes), sizeof(bytes));
		ck_assert_uint_eq(w.named, suffix == 0x00 || suffix == 0x20);
		smb_context_free(w.context);
	}
}
END_TEST

/* Wishes, refusals and lies name nobody (RFC 1002 4.2.2, 4.2.6, 4.2.9, 4.2.16). */
START_TEST(only_an_answer_of_yes_names_somebody)
{
	static const struct {
		uint16_t bits;
		uint32_t named;
	} rows[] = { { 0x8400, 2 }, { 0x0400, 0 }, { 0x8403, 0 },
		     { 0xBC00, 0 }, { 0xB400, 0 }, { 0xAC00, 2 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t bytes[sizeof(node_status)];
		World w = world();

		memcpy(bytes, node_status, sizeof(bytes));
		bytes[2] = (uint8_t)(rows[i].bits >> 8);
		bytes[3] = (uint8_t)rows[i].bits;
		begin(&w);
		feed(&w, 137, bytes, sizeof(bytes), sizeof(bytes));
		ck_assert_msg(w.named == rows[i].named, "row %zu: %u", i, w.named);
		smb_context_free(w.context);
	}
}
END_TEST

/* RFC 1002 4.2.18: a name that is in conflict, being released or not active is nobody's. */
START_TEST(only_a_good_name_of_a_node_is_learnt)
{
	static const struct {
		uint8_t flags;
		uint32_t named;
	} rows[] = { { 0x64, 2 }, { 0x6C, 1 }, { 0x74, 1 }, { 0x60, 1 }, { 0xE4, 1 }, { 0x66, 2 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t bytes[sizeof(node_status)];
		World w = world();

		memcpy(bytes, node_status, sizeof(bytes));
		bytes[73] = rows[i].flags; /* of RIGSRV<00> */
		begin(&w);
		feed(&w, 137, bytes, sizeof(bytes), sizeof(bytes));
		ck_assert_msg(w.named == rows[i].named, "row %zu: %u", i, w.named);
		smb_context_free(w.context);
	}
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
	tcase_add_test(tc, each_type_has_its_layout);
	tcase_add_test(tc, an_announcement_is_read_whole);
	tcase_add_test(tc, the_length_is_held_against_the_packet);
	tcase_add_test(tc, a_name_may_be_cut);
	tcase_add_test(tc, user_data_may_be_cut);
	tcase_add_test(tc, errors_have_names);
	tcase_add_test(tc, a_query_has_a_destination);
	tcase_add_test(tc, node_types_have_names);
	tcase_add_test(tc, a_name_is_that_of_the_address_it_came_from);
	tcase_add_test(tc, only_some_suffixes_name_a_machine);
	tcase_add_test(tc, only_an_answer_of_yes_names_somebody);
	tcase_add_test(tc, only_a_good_name_of_a_node_is_learnt);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
