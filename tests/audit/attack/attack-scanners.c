/* SPDX-License-Identifier: BSD-3-Clause */
/* What is found of scanners. */
#include "tests/audit/attack/attack-case.h"

/* ---- scanners ---- */

START_TEST(a_pipe_that_nobody_opened_is_a_probe)
{
	static const struct {
		uint64_t fid;
		bool opened;
		uint32_t status;
		bool scanner, missing;
	} table[] = {
		{ 0, false, STATUS_INSUFF_SERVER_RESOURCES, true, true },
		{ 0, false, STATUS_ACCESS_DENIED, true, false },
		{ 0, true, STATUS_SUCCESS, false, false }, /* 0 is a FID like any other */
		{ 7, false, STATUS_INSUFF_SERVER_RESOURCES, false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);
		SmbFile pipe = { .pipe = true };
		SmbExchange x;

		play_log_on(p, "Windows");
		x = play_transaction(p, SMB_COM_TRANSACTION, TRANS_PEEK_NMPIPE);
		x.has_fid = true;
		x.fid = table[i].fid;
		x.file = table[i].opened ? &pipe : NULL;
		x.status.value = table[i].status;
		play_send(p, &x);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_MS17_010), table[i].missing);
		ck_assert_uint_eq(play_customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

START_TEST(a_program_that_says_what_it_is)
{
	static const struct {
		const char *native_os;
		bool scanner;
	} table[] = { { "Nmap", true }, { "Windows 2000 2195", false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);
		Play *p = play_begin(audit, 1, 2);

		play_log_on(p, table[i].native_os);
		play_end(p);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* A tree connect to that path, by somebody or by nobody. */
static Audit *
connect_to(const char *path, bool somebody, uint32_t files)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 2);
	SmbExchange x;

	if (!somebody)
		play_nobody(p);
	play_log_on(p, "Windows");
	x = play_whole(p, SMB_STEP_TREE_CONNECT);
	x.tree_connect.path = smb_text_from_utf8(path);
	play_send(p, &x);
	for (uint32_t i = 0; i < files; i++)
		play_write_file(p, "\\\\server\\IPC$", "srvsvc", 1);
	play_end(p);
	return audit;
}

START_TEST(the_address_of_another_host)
{
	static const struct {
		const char *path;
		bool somebody;
		uint32_t files;
		bool scanner;
	} table[] = {
		{ "\\\\192.168.56.20\\IPC$", false, 0, true },
		{ "\\\\10.0.0.2\\IPC$", false, 0, false },      /* the server's own */
		{ "\\\\192.168.56.20\\IPC$", true, 0, false },  /* through a NAT */
		{ "\\\\192.168.56.20\\IPC$", false, 1, false }, /* the same, to look at the shares */
		{ "\\\\alias\\IPC$", false, 0, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = connect_to(table[i].path, table[i].somebody, table[i].files);

		ck_assert_int_eq(play_has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_uint_eq(play_customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* Only a play_negotiate, of that dialect. */
static void
probe(Audit *audit, uint8_t server, const char *dialect, SmbWhy why)
{
	Play *p = play_begin(audit, 1, server);
	SmbString *offer = play_text(dialect);

	p->info.dialects = &offer;
	p->info.n_dialects = 1;
	p->info.n_auths = p->info.n_trees = 0;
	p->info.outcome.why = why;
	play_negotiate(p);
	play_end(p);
	smb_string_unref(offer);
}

START_TEST(dialects_one_by_one)
{
	static const char *const dialects[] = { "SMB 2.0.2", "SMB 2.1", "SMB 3.0", "SMB 3.1.1" };

	for (int i = 0; i < 2; i++) {
		Audit *audit = audit_new(NULL);

		/* Somebody who tries again has one and the same program. */
		for (size_t j = 0; j < G_N_ELEMENTS(dialects); j++)
			probe(audit, 2, dialects[i ? 0 : j], SMB_WHY_NONE);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_SCANNER), !i);
		ck_assert_uint_eq(play_customers(audit), i);
		audit_free(audit);
	}
}
END_TEST

START_TEST(many_servers_asked_for_their_dialects)
{
	static const struct {
		uint8_t servers;
		SmbWhy why;
		bool scanner;
	} table[] = { { 5, SMB_WHY_NONE, true },
		      { 4, SMB_WHY_NONE, false },
		      /* a client that requires signing, and goes through all its servers */
		      { 5, SMB_WHY_SIGNING_MISMATCH, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		Audit *audit = audit_new(NULL);

		for (uint8_t j = 0; j < table[i].servers; j++)
			probe(audit, 2 + j, "NT LM 0.12", table[i].why);
		ck_assert_int_eq(play_has_rule(audit, AUDIT_SCANNER), table[i].scanner);
		ck_assert_uint_eq(play_customers(audit), !table[i].scanner);
		audit_free(audit);
	}
}
END_TEST

/* Connections are kept out, not addresses: others may be behind the same one. */
START_TEST(who_shares_an_address_with_a_scanner_stays_a_customer)
{
	Audit *audit = audit_new(NULL);
	Play *p = play_begin(audit, 1, 9);

	for (uint8_t i = 0; i < 5; i++)
		probe(audit, 2 + i, "NT LM 0.12", SMB_WHY_NONE);
	play_log_on(p, "Windows");
	play_end(p);
	p = play_begin(audit, 1, 9);
	play_log_on(p, "Nmap");
	play_end(p);
	FOUND(audit, AUDIT_SCANNER);
	ck_assert_uint_eq(play_customers(audit), 1);
	audit_free(audit);
}
END_TEST

void
play_add_scanners(TCase *tc)
{
	tcase_add_test(tc, a_pipe_that_nobody_opened_is_a_probe);
	tcase_add_test(tc, a_program_that_says_what_it_is);
	tcase_add_test(tc, the_address_of_another_host);
	tcase_add_test(tc, dialects_one_by_one);
	tcase_add_test(tc, many_servers_asked_for_their_dialects);
	tcase_add_test(tc, who_shares_an_address_with_a_scanner_stays_a_customer);
}
