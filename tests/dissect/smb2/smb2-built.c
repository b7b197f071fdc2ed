/* SPDX-License-Identifier: BSD-3-Clause */
/* SMB2: messages that are built here. */
#include "tests/dissect/smb2/smb2-case.h"

/* ---- Built messages ---- */

START_TEST(write_shows_range_and_result)
{
	Wire w = make(SMB2_WRITE, false, 49, 48 + 5);

	put(w, 64 + 2, 2, 112);
	put(w, 64 + 4, 4, 5);
	put(w, 64 + 8, 8, 0x123456789a);
	put(w, 64 + 16, 8, 7);
	put(w, 64 + 24, 8, 8);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(facts->offset, 0x123456789a);
	ck_assert_uint_eq(facts->length, 5);
	ck_assert_uint_eq(facts->fid_persistent, 7);
	ck_assert_uint_eq(facts->fid, 8);
	w = make(SMB2_WRITE, true, 17, 16);
	put(w, 64 + 4, 4, 5);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(facts->length, 5);
}
END_TEST

START_TEST(payload_that_was_skipped_is_not_missed)
{
	/*
	 * As the connection hands over a HEAD message: 48 fixed bytes are there, 1 MiB was skipped
	 * by count.
	 */
	Wire w = make(SMB2_WRITE, false, 49, 48);

	put(w, 64 + 2, 2, 112);
	put(w, 64 + 4, 4, 1 << 20);
	ck_assert_uint_eq(dissect_kept(w, 112 + (1 << 20), false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(message->incomplete, 0);
	ck_assert_uint_eq(facts->length, 1 << 20);
	ck_assert_uint_eq(dissect_kept(w, 111 + (1 << 20), false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	/* With a channel the data is not in the message at all. */
	put(w, 64 + 32, 4, 1);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
}
END_TEST

START_TEST(set_info_shows_the_new_name)
{
	Wire w = make(SMB2_SET_INFO, false, 33, 32 + 24);

	put(w, 64 + 2, 1, 1);
	put(w, 64 + 3, 1, 10);
	put(w, 64 + 4, 4, 24);
	put(w, 64 + 8, 2, 96);
	put(w, 64 + 24, 8, 9);
	put(w, 96 + 16, 4, 4);
	put(w, 96 + 20, 4, 'b' << 16 | 'a');
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	assert_text(facts->name_to, "ab");
	ck_assert_int_eq(facts->function, 10);
	ck_assert_uint_eq(facts->fid, 9);
	put(w, 96 + 16, 4, 6);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	ck_assert_uint_eq(facts->name_to.bytes.len, 0);
	/* Another class has no name there, nor has this one about something else than a file. */
	put(w, 64 + 2, 1, 2);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_ptr_null(facts->name_to.bytes.ptr);
	put(w, 64 + 2, 1, 1);
	put(w, 64 + 3, 1, 19);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_ptr_null(facts->name_to.bytes.ptr);
	ck_assert_int_eq(facts->function, 19);
}
END_TEST

START_TEST(set_info_shows_what_is_deleted)
{
	enum { DELETE = SMB_DISPOSITION_SET | SMB_DISPOSITION_DELETE };
	static const struct {
		uint8_t class;
		uint32_t size, value, disposition;
		const char *key;
	} cases[] = {
		{ 13, 1, 0, SMB_DISPOSITION_SET, "delete_pending" },
		{ 13, 1, 1, DELETE, "delete_pending" },
		{ 13, 1, 255, DELETE, "delete_pending" },
		{ 64, 4, 0, SMB_DISPOSITION_SET, "disposition_flags" },
		{ 64, 4, 1, DELETE, "disposition_flags" },
		{ 64, 4, 3, DELETE | SMB_DISPOSITION_POSIX, "disposition_flags" },
		{ 64, 4, 9, DELETE, "disposition_flags" },
		{ 64, 4, 8, 0, "disposition_flags" },
	};

	for (uint32_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Wire w = make(SMB2_SET_INFO, false, 33, 32 + cases[i].size);

		put(w, 64 + 2, 1, 1);
		put(w, 64 + 3, 1, cases[i].class);
		put(w, 64 + 4, 4, cases[i].size);
		put(w, 64 + 8, 2, 96);
		put(w, 96, cases[i].size, cases[i].value);
		ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
		ck_assert_uint_eq(message->anomalies, 0);
		ck_assert_uint_eq(facts->disposition, cases[i].disposition);
		ck_assert_uint_eq(number(cases[i].key), cases[i].value);
		/* Lengths that lie: a byte less than the class has, a byte more than came. */
		for (uint32_t off = 0; off < 2; off++) {
			put(w, 64 + 4, 4, cases[i].size + (off ? 1 : -1));
			ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
			ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
			ck_assert_uint_eq(facts->disposition, 0);
		}
		free(w.bytes);
	}
}
END_TEST

START_TEST(locks_notifies_and_flushes_show_their_file)
{
	Wire w = make(SMB2_LOCK, false, 48, 24 + 48);
	SmbList locks;
	uint64_t lock[4];

	put(w, 64 + 2, 2, 2);
	put(w, 64 + 16, 8, 5);
	put(w, 64 + 24 + 24, 8, 77);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(facts->fid, 5);
	locks = *(const SmbList *)value("locks");
	ck_assert(locks.next(&locks, lock));
	ck_assert(locks.next(&locks, lock));
	ck_assert_uint_eq(lock[0], 77);
	ck_assert(!locks.next(&locks, lock));
	put(w, 64 + 2, 2, 3);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_FIELDS);
	w = make(SMB2_CHANGE_NOTIFY, false, 32, 32);
	put(w, 64 + 2, 2, 1);
	put(w, 64 + 16, 8, 6);
	put(w, 64 + 24, 4, 0x17);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(facts->fid, 6);
	ck_assert_uint_eq(number("completion_filter"), 0x17);
	w = make(SMB2_FLUSH, false, 24, 24);
	put(w, 64 + 16, 8, 4);
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(facts->fid, 4);
}
END_TEST

START_TEST(oplock_and_lease_breaks_are_distinguished)
{
	static const uint16_t lease_sizes[] = { 36, 44 };
	Wire w = make(SMB2_OPLOCK_BREAK, true, 24, 24);

	put(w, 64 + 2, 1, 1);
	put(w, 64 + 16, 8, 3);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(facts->fid, 3);
	ck_assert_str_eq(facts->oplock, "II");
	for (size_t i = 0; i < 2; i++) {
		w = make(SMB2_OPLOCK_BREAK, true, lease_sizes[i], lease_sizes[i]);
		put(w, 64 + 24, 4, 6);
		ck_assert_uint_eq(dissect(w, true), 0);
		ck_assert_uint_eq(message->anomalies, 0);
		ck_assert(!facts->has_fid);
		ck_assert_uint_eq(number("lease_state"), 6);
	}
}
END_TEST

START_TEST(statuses_that_carry_a_body_keep_it)
{
	Wire w = from_hex(QUERY_INFO_RESPONSE);

	put(w, 8, 4, 0x80000005);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_gt(number("output_buffer_length"), 0);
	w = from_hex(READ_RESPONSE);
	put(w, 8, 4, 0x80000005);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(facts->length, 16);
	w = from_hex(IOCTL_RESPONSE);
	put(w, 8, 4, 0x80000005);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(number("output_count"), 24);
	/* A failed session setup looks like a successful one but for its status. */
	w = from_hex(SESSION_SETUP_MORE);
	put(w, 8, 4, 0xC000006D);
	put(w, 68, 4, 0);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_str_eq(message->blocks[0].layout->name, "error response");
	ck_assert_ptr_null(facts->blob.ptr);
}
END_TEST

START_TEST(header_shows_credits)
{
	Wire w = make(SMB2_ECHO, false, 4, 4);

	put(w, 6, 2, 3);
	put(w, 8, 4, 0xABCD0102); /* ChannelSequence, Reserved */
	put(w, 14, 2, 513);
	ck_assert_uint_eq(dissect_kept(w, w.len, false), 0);
	ck_assert_uint_eq(message->credit_charge, 3);
	ck_assert_uint_eq(message->credits, 513);
	ck_assert_uint_eq(message->channel_sequence, 0x0102);
	put(w, 16, 4, SMB2_FLAGS_SERVER_TO_REDIR);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->credits, 513);
	ck_assert_uint_eq(message->channel_sequence, 0);
}
END_TEST

START_TEST(a_request_has_no_status)
{
	Wire w = make(SMB2_ECHO, false, 4, 4);

	put(w, 8, 4, 3); /* ChannelSequence */
	ck_assert_uint_eq(dissect(w, false), 0);
	ck_assert_uint_eq(message->status.value, 0);
}
END_TEST

/* Of a lock or a lease that the capture cut, nothing is told of what it does. */
START_TEST(locks_and_leases_that_are_cut)
{
	Wire lock = make(SMB2_LOCK, false, 48, 24 + 24),
	     lease = make(SMB2_OPLOCK_BREAK, false, 36, 36);
	Wire c;

	put(lock, 64 + 2, 2, 1);
	put(lock, 64 + 24 + 16, 4, 2); /* EXCLUSIVE_LOCK */
	ck_assert_uint_eq(dissect_kept(lock, lock.len, false), 0);
	ck_assert(!facts->unlocks);
	put(lock, 64 + 24 + 16, 4, 4); /* UNLOCK */
	for (uint32_t n = lock.len - 8; n <= lock.len; n++) {
		c = cut(lock, n);
		ck_assert_uint_eq(dissect_kept(c, lock.len, false), 0);
		ck_assert_int_eq(facts->unlocks, n == lock.len);
		free(c.bytes);
	}
	for (uint32_t n = lease.len - 8; n <= lease.len; n++) {
		c = cut(lease, n);
		ck_assert_uint_eq(dissect_kept(c, lease.len, false), 0);
		ck_assert_int_eq(facts->lease, n == lease.len);
		free(c.bytes);
	}
	free(lock.bytes);
	free(lease.bytes);
}
END_TEST

/* 2.2.16: without POSTQUERY_ATTRIB the numbers mean nothing, and cut they are not there. */
START_TEST(closes_tell_a_size_if_they_were_asked)
{
	Wire w = make(SMB2_CLOSE, true, 60, 60), c;

	put(w, 64 + 48, 8, 7);
	ck_assert_uint_eq(dissect_kept(w, w.len, true), 0);
	ck_assert(!facts->has_size);
	put(w, 64 + 2, 2, 1);
	ck_assert_uint_eq(dissect_kept(w, w.len, true), 0);
	ck_assert(facts->has_size);
	ck_assert_uint_eq(facts->size, 7);
	c = cut(w, w.len - 1);
	ck_assert_uint_eq(dissect_kept(c, w.len, true), 0);
	ck_assert(!facts->has_size);
	free(c.bytes);
	free(w.bytes);
}
END_TEST

/* 3.3.4.4 excepts a status for some commands only: of another one it is an error (2.2.2). */
START_TEST(a_status_that_is_excepted_is_so_for_its_command)
{
	Wire w = make(SMB2_IOCTL, true, 9, 8);

	put(w, 8, 4, STATUS_BUFFER_OVERFLOW);
	ck_assert_uint_eq(dissect(w, true), 0);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_ptr_nonnull(message->blocks[0].layout);
}
END_TEST

/* What is noted of numbers that were read is noted of messages that end early alone. */
START_TEST(a_whole_message_needs_no_notes)
{
	Wire w = make(SMB2_CLOSE, true, 60, 60), c = cut(w, w.len - 1);

	ck_assert_uint_eq(dissect_kept(w, w.len, true), 0);
	ck_assert_ptr_null(message->blocks[0].there);
	ck_assert_uint_eq(dissect_kept(c, w.len, true), 0);
	ck_assert_ptr_nonnull(message->blocks[0].there);
	free(c.bytes);
	free(w.bytes);
}
END_TEST

/* Of a control code that is not all there nothing is told. */
START_TEST(a_control_code_that_is_cut_is_none)
{
	Wire w = make(SMB2_IOCTL, false, 57, 56), c = cut(w, 64 + 7);

	put(w, 64 + 4, 4, 0x60194);
	ck_assert_uint_eq(dissect_kept(c, w.len, false), 0);
	ck_assert_int_eq(facts->function, -1);
	free(c.bytes);
	free(w.bytes);
}
END_TEST

START_TEST(reply_bit_against_the_stream_is_an_anomaly)
{
	ck_assert_uint_eq(dissect(make(SMB2_ECHO, true, 4, 4), false), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_REPLY_BIT);
	ck_assert_uint_eq(dissect(make(SMB2_ECHO, false, 4, 4), true), 0);
	ck_assert_uint_eq(message->anomalies, SMB_ANOMALY_REPLY_BIT);
}
END_TEST

START_TEST(codes_that_nobody_assigned_have_no_name)
{
	ck_assert_uint_eq(dissect(make(20, false, 0, 0), false), 0);
	ck_assert_ptr_null(message->blocks[0].name);
	ck_assert_uint_eq(message->n_blocks, 1);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_uint_eq(dissect(make(0xFFFF, true, 9, 8), true), 0);
	ck_assert_uint_eq(message->command, 0xFFFF);
	ck_assert_uint_eq(message->anomalies, 0);
	ck_assert_int_eq(smb2_step(20), SMB_STEP_OTHER);
	ck_assert_int_eq(smb2_step(0xFFFF), SMB_STEP_OTHER);
	ck_assert_int_eq(smb2_step(SMB2_CREATE), SMB_STEP_OPEN);
	ck_assert_int_eq(smb2_step(SMB2_CHANGE_NOTIFY), SMB_STEP_NOTIFY);
}
END_TEST

void
smb2_add_built(TCase *tc)
{
	tcase_add_test(tc, write_shows_range_and_result);
	tcase_add_test(tc, payload_that_was_skipped_is_not_missed);
	tcase_add_test(tc, set_info_shows_the_new_name);
	tcase_add_test(tc, set_info_shows_what_is_deleted);
	tcase_add_test(tc, locks_notifies_and_flushes_show_their_file);
	tcase_add_test(tc, oplock_and_lease_breaks_are_distinguished);
	tcase_add_test(tc, locks_and_leases_that_are_cut);
	tcase_add_test(tc, closes_tell_a_size_if_they_were_asked);
	tcase_add_test(tc, a_status_that_is_excepted_is_so_for_its_command);
	tcase_add_test(tc, a_whole_message_needs_no_notes);
	tcase_add_test(tc, a_control_code_that_is_cut_is_none);
	tcase_add_test(tc, statuses_that_carry_a_body_keep_it);
	tcase_add_test(tc, header_shows_credits);
	tcase_add_test(tc, a_request_has_no_status);
	tcase_add_test(tc, reply_bit_against_the_stream_is_an_anomaly);
	tcase_add_test(tc, codes_that_nobody_assigned_have_no_name);
}
