/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints of NTLMSSP messages: [MS-NLMP] 2.2.1. */
#include "dissect/fingerprint/write.h"

enum {
	/* [MS-NLMP] 2.2.2.5: what the server is, not what it runs. */
	TARGET_TYPE_DOMAIN = 0x00010000,
	TARGET_TYPE_SERVER = 0x00020000,
	/* [MS-NLMP] 2.2.2.1 */
	AV_DNS_TREE_NAME = 5,
	AV_FLAGS = 6,
};

static void
next_version(SmbPrint *p, const SmbToken *t)
{
	print_char(p, ';');
	if (!t->has_version) {
		print_char(p, '-');
		return;
	}
	if (p->shape) {
		print_shape(p, PRINT_DEC,
			    (uint64_t)t->version_major << 32 | (uint64_t)t->version_minor << 16 |
				    t->version_build);
		return;
	}
	print_dec(p, t->version_major);
	print_char(p, '.');
	print_dec(p, t->version_minor);
	print_char(p, '.');
	print_dec(p, t->version_build);
}

/* Ids from `least` on, without one. */
static void
next_pairs(SmbPrint *p, const SmbToken *t, uint8_t least, uint8_t without)
{
	bool first = true;

	print_char(p, ';');
	for (uint32_t i = 0; i < t->n_av_ids; i++) {
		if (t->av_ids[i] < least || t->av_ids[i] == without)
			continue;
		if (!first && !p->shape)
			print_char(p, '.');
		print_dec(p, t->av_ids[i]);
		first = false;
	}
	if (first)
		print_char(p, '-');
}

/* Domain and workstation may be empty, as users have it. */
static void
next_order(SmbPrint *p, const SmbToken *t)
{
	print_char(p, ';');
	for (const char *letter = t->payload_order; *letter; letter++)
		if (*letter != 'd' && *letter != 'w')
			print_char(p, *letter);
}

void
smb_print_ntlm(SmbPrint *p, const SmbToken *t)
{
	uint32_t target = TARGET_TYPE_DOMAIN | TARGET_TYPE_SERVER;

	switch (t->kind) {
	case SMB_TOKEN_NTLM_CHALLENGE:
		print_begin(p, SMB_PRINT_NTLM_CHALLENGE);
		print_hex(p, t->flags & ~target, 8);
		next_version(p, t);
		next_pairs(p, t, 1, AV_DNS_TREE_NAME);
		break;
	case SMB_TOKEN_NTLM_AUTHENTICATE:
		print_begin(p, SMB_PRINT_NTLM_AUTHENTICATE);
		print_hex(p, t->flags & ~target, 8);
		next_version(p, t);
		next_order(p, t);
		next_pairs(p, t, AV_FLAGS, 0);
		break;
	default:
		print_begin(p, SMB_PRINT_NTLM_NEGOTIATE);
		print_hex(p, t->flags, 8);
		next_version(p, t);
	}
}
