/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of attacks share: a connection that is played to an audit, and what the audit finds. */
#pragma once

#include <check.h>
#include <string.h>

#include "audit/attack/attack.h"
#include "audit/report/report.h"
#include "dissect/wire/codes.h"

extern const uint64_t second;

enum { DAY = 86400, RESERVED = 0x77 };

/* ---- a connection ---- */

typedef struct {
	Audit *audit;
	SmbConnectionInfo info;
	uint64_t at_ns, frame;
	SmbAuth auth;
	SmbUser user;
	SmbTree tree;
	const SmbFile *files[64];
	const SmbTree *trees[1];
	const SmbAuth *auths[1];
	SmbRpcFacts rpc;
	bool sealed; /* the arguments of its calls are encrypted */
} Play;

SmbString *play_text(const char *s);

/* From 10.0.0.`client` to 10.0.0.`server`. */
Play *play_begin(Audit *audit, uint8_t client, uint8_t server);

SmbExchange play_whole(Play *p, SmbStep step);
void play_send(Play *p, const SmbExchange *x);
void play_negotiate(Play *p);
void play_log_on(Play *p, const char *native_os);
void play_nobody(Play *p);
SmbExchange play_transaction(Play *p, uint16_t command, int32_t function);

/* A call with its answer. */
void play_call(Play *p, const char *interface, int32_t opnum, const char *name, const char *target,
	       uint32_t result);

/* A file that was written; freed at the end. */
void play_write_file(Play *p, const char *share, const char *name, uint64_t bytes);
/* The last one makes room for others. */
void play_forget_file(Play *p);

void play_end(Play *p);

/* ---- what is found ---- */

bool play_has_rule(const Audit *audit, AuditRuleId rule);

/* Clients of the inventory. */
uint32_t play_customers(const Audit *audit);

/* The details of the first finding of that rule, in one line. */
char *play_details(const Audit *audit, AuditRuleId rule);

#define FOUND(audit, rule) \
	ck_assert_msg(play_has_rule(audit, rule), "%s must be found", audit_rule(rule)->id)
#define NOT_FOUND(audit, rule) \
	ck_assert_msg(!play_has_rule(audit, rule), "%s must not be found", audit_rule(rule)->id)

/* ---- parts of the test in files of their own: each adds its tests ---- */

void play_add_exploits(TCase *tc);
void play_add_scanners(TCase *tc);
void play_add_dual(TCase *tc);
void play_add_coercion(TCase *tc);
