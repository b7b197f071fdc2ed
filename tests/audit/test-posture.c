/* SPDX-License-Identifier: BSD-3-Clause */
/* Traits add up in any order, and postures follow from them. */
#include <check.h>
#include <stdlib.h>

#include "audit/audit.h"
#include "audit/takes.h"

static AuditTrait
trait(AuditTraitId id, uint64_t count, uint64_t ns)
{
	return (AuditTrait){ .id = id,
			     .count = count,
			     .last_ns = ns,
			     .first = { .time_ns = ns, .connection = 1, .frame = ns } };
}

static AuditPosture
posture_of(const AuditTraitId *ids, size_t n)
{
	AuditPosture posture = { 0 };
	AuditTraits traits = { 0 };

	for (size_t i = 0; i < n; i++) {
		AuditTrait t = trait(ids[i], 1, 10 + i);

		audit_traits_add(&traits, &t);
	}
	audit_posture_add(&posture, &traits, ids[0] >= AUDIT_CLIENT_TRAITS);
	audit_traits_clear(&traits);
	return posture;
}

#define POSTURE(...)                                      \
	posture_of((const AuditTraitId[]){ __VA_ARGS__ }, \
		   sizeof((const AuditTraitId[]){ __VA_ARGS__ }) / sizeof(AuditTraitId))

START_TEST(names_are_found_again)
{
	for (unsigned id = 0; id < AUDIT_TRAITS; id++) {
		AuditTraitName name = audit_trait_name((AuditTraitId)id);

		ck_assert_int_eq(audit_trait_find(id >= AUDIT_CLIENT_TRAITS, name.property,
						  name.value),
				 (int)id);
	}
	ck_assert_int_eq(audit_trait_find(false, "speaks", "both"), -1);
	ck_assert_int_eq(audit_trait_find(true, "signing_smb1", "disabled"), -1);
}
END_TEST

START_TEST(dialects_are_found_as_either_negotiate_spells_them)
{
	ck_assert_str_eq(audit_dialect_name((unsigned)audit_dialect_find("SMB 2.002")),
			 "SMB 2.0.2");
	ck_assert_str_eq(audit_dialect_name((unsigned)audit_dialect_find("SMB 2.???")),
			 "SMB 2.???");
	ck_assert_int_gt(audit_dialect_find("NT LM 0.12"), audit_dialect_find("LANMAN2.1"));
	ck_assert_int_eq(audit_dialect_find("Samba"), -1);
}
END_TEST

START_TEST(traits_add_up_in_any_order)
{
	AuditTrait a = trait(AUDIT_SIGNS2_REQUIRED, 2, 50), b = trait(AUDIT_SMB2_ACCEPTED, 1, 40),
		   c = trait(AUDIT_SIGNS2_REQUIRED, 3, 30);
	AuditTraits one = { 0 }, other = { 0 };

	audit_traits_add(&one, &a);
	audit_traits_add(&one, &b);
	audit_traits_add(&one, &c);
	audit_traits_add(&other, &c);
	audit_traits_add(&other, &a);
	audit_traits_add(&other, &b);
	ck_assert_uint_eq(one.n, 2);
	ck_assert_uint_eq(other.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_int_eq((int)one.items[i].id, (int)other.items[i].id);
		ck_assert_uint_eq(one.items[i].count, other.items[i].count);
		ck_assert_uint_eq(one.items[i].first.frame, other.items[i].first.frame);
		ck_assert_uint_eq(one.items[i].last_ns, other.items[i].last_ns);
	}
	ck_assert_uint_eq(audit_traits_get(&one, AUDIT_SIGNS2_REQUIRED)->count, 5);
	ck_assert_uint_eq(audit_traits_get(&one, AUDIT_SIGNS2_REQUIRED)->first.frame, 30);
	ck_assert_ptr_null(audit_traits_get(&one, AUDIT_SMB1_ACCEPTED));
	audit_traits_clear(&one);
	audit_traits_clear(&other);
}
END_TEST

/* Signing counts where the server requires it in each protocol that it takes. */
/* One of a set more, of those from `first` on, each `step`th. */
static void
show_and_add(AuditTraits *shown, AuditTraits *added, unsigned first, unsigned step, uint64_t ns)
{
	AuditTraitSet set = { 0 };
	AuditTrait t;

	for (unsigned id = first; id < AUDIT_TRAITS; id += step) {
		audit_trait_set_put(&set, (AuditTraitId)id);
		t = trait((AuditTraitId)id, 1, ns);
		audit_traits_add(added, &t);
	}
	t = trait((AuditTraitId)0, 1, ns);
	audit_traits_show(shown, &set, &t.first);
	ck_assert_uint_eq(shown->n, added->n);
	for (uint32_t i = 0; i < shown->n; i++) {
		const AuditTrait *a = &shown->items[i], *b = &added->items[i];

		ck_assert_uint_eq(a->id, b->id);
		ck_assert_uint_eq(a->count, b->count);
		ck_assert_uint_eq(a->last_ns, b->last_ns);
		ck_assert_int_eq(audit_evidence_compare(&a->first, &b->first), 0);
	}
}

/* Between those that there are, before the first, after the last, again, and none at all. */
START_TEST(traits_shown_together_are_those_added_one_by_one)
{
	AuditTraits shown = { 0 }, added = { 0 };

	show_and_add(&shown, &added, AUDIT_TRAITS, 1, 50);
	for (unsigned step = 97; step; step--)
		for (unsigned first = 0; first < step; first += 1 + step / 4)
			show_and_add(&shown, &added, (step * 31 + first) % AUDIT_TRAITS, step,
				     40 + (step * 7 + first) % 23);
	show_and_add(&shown, &added, 0, AUDIT_TRAITS, 45);
	ck_assert_uint_eq(shown.n, AUDIT_TRAITS);
	audit_traits_clear(&shown);
	audit_traits_clear(&added);
	/* From nothing to all of them. */
	show_and_add(&shown, &added, 0, 1, 50);
	ck_assert_uint_eq(shown.n, AUDIT_TRAITS);
	audit_traits_clear(&shown);
	audit_traits_clear(&added);
}
END_TEST

START_TEST(a_server_is_open_to_relaying_by_its_weakest_protocol)
{
	const struct {
		AuditPosture posture;
		AuditSeverity severity;
	} cases[] = {
		{ POSTURE(AUDIT_SIGNS2_REQUIRED, AUDIT_SMB2_ACCEPTED, AUDIT_NTLM_ACCEPTED),
		  AUDIT_INFO },
		{ POSTURE(AUDIT_SIGNS2_ENABLED, AUDIT_SMB2_ACCEPTED, AUDIT_NTLM_ACCEPTED),
		  AUDIT_HIGH },
		{ POSTURE(AUDIT_SIGNS2_REQUIRED, AUDIT_SMB2_ACCEPTED, AUDIT_NTLM_ACCEPTED,
			  AUDIT_SMB1_ACCEPTED, AUDIT_SIGNS1_ENABLED),
		  AUDIT_HIGH },
		{ POSTURE(AUDIT_SIGNS2_ENABLED, AUDIT_SMB2_ACCEPTED, AUDIT_OFFERS_NTLMSSP),
		  AUDIT_MEDIUM },
		{ POSTURE(AUDIT_SIGNS2_ENABLED, AUDIT_SMB2_ACCEPTED, AUDIT_NTLM_ACCEPTED,
			  AUDIT_ENCRYPTS_ASKED),
		  AUDIT_MEDIUM },
		{ POSTURE(AUDIT_SIGNS2_ENABLED, AUDIT_SMB2_ACCEPTED, AUDIT_NTLM_ACCEPTED,
			  AUDIT_ENCRYPTS_REQUIRED),
		  AUDIT_INFO },
		{ POSTURE(AUDIT_SIGNS2_ENABLED, AUDIT_SMB2_ACCEPTED, AUDIT_OFFERS_KERBEROS),
		  AUDIT_INFO },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AuditPosture posture = cases[i].posture;
		AuditTraitId proof;

		ck_assert_msg(audit_posture_relayable(&posture, &proof) == cases[i].severity,
			      "case %zu", i);
		audit_posture_clear(&posture);
	}
}
END_TEST

/* ---- which logons a server takes ---- */

static void
logon(AuditPair *pair, const AuditKey *key, SmbPasswordType type, const char *account,
      SmbResult result)
{
	AuditEvidence at = { .time_ns = 5, .connection = 1, .frame = 5 };
	char *name = g_strdup(account);
	AuditIdentity who = { .password_type = type,
			      .result = result,
			      .account = name,
			      .domain = name + strlen(name),
			      .host = name + strlen(name) };
	AuditAuth *auth = audit_pair_auth(pair, key, &who);

	auth->seen.count++;
	audit_sighting_evidence(&auth->seen, &at);
	auth->first_ns = auth->last_ns = at.time_ns;
	g_free(name);
}

START_TEST(a_wrong_password_says_nothing_of_its_kind)
{
	AuditKey key = { { 1, 2 } };
	AuditPair pair = { 0 };
	AuditTakes takes = { 0 };

	logon(&pair, &key, SMB_PASSWORD_NTLMV1_ESS, "alice", SMB_RESULT_REFUSED);
	audit_takes_add(&takes, &key, &pair);
	audit_takes_settle(&takes);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV1].refused.count, 0);
	audit_takes_clear(&takes);

	logon(&pair, &key, SMB_PASSWORD_NTLMV2, "ALICE", SMB_RESULT_ACCEPTED);
	audit_takes_add(&takes, &key, &pair);
	audit_takes_settle(&takes);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV1].refused.count, 1);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV2].accepted.count, 1);
	audit_takes_clear(&takes);

	/* From another machine anybody could have tried her name. */
	audit_pair_clear(&pair);
	pair = (AuditPair){ .client = { 4, { 10, 0, 0, 66 } } };
	logon(&pair, &key, SMB_PASSWORD_NTLMV1_ESS, "alice", SMB_RESULT_REFUSED);
	audit_takes_add(&takes, &key, &pair);
	audit_pair_clear(&pair);
	pair = (AuditPair){ .client = { 4, { 10, 0, 0, 1 } } };
	logon(&pair, &key, SMB_PASSWORD_NTLMV2, "ALICE", SMB_RESULT_ACCEPTED);
	audit_takes_add(&takes, &key, &pair);
	audit_takes_settle(&takes);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV1].refused.count, 0);
	audit_takes_clear(&takes);
	logon(&pair, &key, SMB_PASSWORD_NTLMV1_ESS, "alice", SMB_RESULT_REFUSED);

	/* It was her password then: others are let in with this kind. */
	logon(&pair, &key, SMB_PASSWORD_NTLMV1_ESS, "bob", SMB_RESULT_ACCEPTED);
	audit_takes_add(&takes, &key, &pair);
	audit_takes_settle(&takes);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV1].refused.count, 0);
	ck_assert_uint_eq(takes.kinds[AUDIT_TAKES_NTLMV1].accepted.count, 1);
	audit_takes_clear(&takes);
	audit_pair_clear(&pair);
}
END_TEST

/* Whatever the order, the same accounts are kept, and the others are counted. */
START_TEST(accounts_beyond_the_cap_are_counted)
{
	enum { N = AUDIT_TAKES_MAX + 500 };
	AuditKey key = { { 1, 2 } };
	AuditTakes takes[2] = { 0 };
	char name[32];

	for (int i = 0; i < N; i++) {
		for (int j = 0; j < 2; j++) {
			AuditPair pair = { 0 };

			g_snprintf(name, sizeof(name), "user%d", j ? N - 1 - i : i);
			logon(&pair, &key, SMB_PASSWORD_NTLMV1_ESS, name, SMB_RESULT_REFUSED);
			if (strlen(name) < 6)
				logon(&pair, &key, SMB_PASSWORD_NTLMV2, name, SMB_RESULT_ACCEPTED);
			audit_takes_add(&takes[j], &key, &pair);
			audit_pair_clear(&pair);
		}
	}
	for (int j = 0; j < 2; j++) {
		audit_takes_settle(&takes[j]);
		ck_assert_uint_ge(takes[j].left_out, 500);
		ck_assert_uint_eq(takes[j].left_out, takes[0].left_out);
		ck_assert_uint_eq(takes[j].kinds[AUDIT_TAKES_NTLMV1].refused.count,
				  takes[0].kinds[AUDIT_TAKES_NTLMV1].refused.count);
	}
	audit_takes_clear(&takes[0]);
	audit_takes_clear(&takes[1]);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("posture");
	TCase *tests = tcase_create("posture");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, names_are_found_again);
	tcase_add_test(tests, dialects_are_found_as_either_negotiate_spells_them);
	tcase_add_test(tests, traits_add_up_in_any_order);
	tcase_add_test(tests, traits_shown_together_are_those_added_one_by_one);
	tcase_add_test(tests, a_server_is_open_to_relaying_by_its_weakest_protocol);
	tcase_add_test(tests, a_wrong_password_says_nothing_of_its_kind);
	tcase_add_test(tests, accounts_beyond_the_cap_are_counted);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
