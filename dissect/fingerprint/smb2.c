/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints of SMB2 and 3: [MS-SMB2] 2.2.3, 2.2.4, 2.2.5. */
#include "dissect/fingerprint/write.h"
#include "dissect/wire/codes.h"

enum {
	PREAUTH_INTEGRITY = 1, /* ContextType: 2.2.3.1 */
	CONTEXTS_MAX = 32,
	SHAPE_TOKEN_MAX = 160, /* bytes of a token that a shape has as they are */
};

static void
put_context(SmbPrint *p, const Smb2Context *context)
{
	print_hex(p, context->type, 1);
	for (uint32_t i = 0; i < context->n_ids; i++) {
		print_char(p, '.');
		print_hex(p, context->ids[i], 1);
	}
	if (context->type == PREAUTH_INTEGRITY) {
		print_char(p, '/');
		print_dec(p, context->salt_length);
	}
	if (context->flags) {
		print_char(p, '+');
		print_hex(p, context->flags, 1);
	}
}

static void
next_contexts(SmbPrint *p, SmbList contexts)
{
	Smb2Context context;

	print_char(p, ';');
	if (!contexts.next)
		print_char(p, '-');
	for (uint32_t n = 0; n < CONTEXTS_MAX && smb2_next_context(&contexts, &context); n++) {
		if (n)
			print_char(p, ',');
		put_context(p, &context);
	}
}

/* Who requires signing enables it: whether it is required is a setting ([MS-SMB2] 3.2.4.2.2.2). */
static void
next_mode(SmbPrint *p, uint16_t mode)
{
	if (mode & SMB2_NEGOTIATE_SIGNING_REQUIRED)
		mode = (uint16_t)((mode & ~SMB2_NEGOTIATE_SIGNING_REQUIRED) |
				  SMB2_NEGOTIATE_SIGNING_ENABLED);
	print_next_hex(p, mode, 1);
}

void
smb_print_smb2_negotiate(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f, uint64_t first_mid)
{
	print_begin(p, SMB_PRINT_SMB2_NEGOTIATE);
	for (uint32_t i = 0; i < f->n_dialects; i++) {
		if (i)
			print_char(p, ',');
		print_hex(p, f->dialects[i], 4);
	}
	next_mode(p, f->security_mode);
	print_next_hex(p, f->capabilities, 1);
	print_char(p, ';');
	print_guid(p, f->guid);
	next_contexts(p, f->contexts);
	print_next_id(p, m->mid - first_mid);
	print_next_dec(p, m->credits);
	print_next_dec(p, m->credit_charge);
	print_next_id(p, m->process);
	print_next_hex(p, m->flags, 1);
}

static char
token_kind(SmbSpan blob)
{
	SmbToken token;

	if (!blob.ptr || !blob.len)
		return '-';
	smb_token_read(blob, SMB_TEXT_OEM, &token);
	if (token.offered & SMB_OFFER_NEGOEX)
		return 'n';
	return token.hint_name.bytes.ptr ? 'h' : 's';
}

/* Most servers send every client the same token: it is not read again where a shape with its bytes is known. */
static void
next_token(SmbPrint *p, SmbSpan blob)
{
	print_char(p, ';');
	if (p->shape && blob.ptr && blob.len <= SHAPE_TOKEN_MAX)
		print_shape_bytes(p, blob, NULL);
	else
		print_char(p, token_kind(blob));
}

void
smb_print_smb2_negotiate_back(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f)
{
	print_begin(p, SMB_PRINT_SMB2_NEGOTIATE_BACK);
	print_hex(p, f->dialect, 4);
	next_mode(p, f->security_mode);
	print_next_hex(p, f->capabilities, 1);
	print_char(p, ';');
	print_guid(p, f->guid);
	print_next_dec(p, f->max_transact);
	print_next_dec(p, f->max_read);
	print_next_dec(p, f->max_write);
	print_char(p, ';');
	print_zero(p, !f->has_start_time);
	next_contexts(p, f->contexts);
	print_next_dec(p, m->credits);
	next_token(p, f->blob);
}

void
smb_print_smb2_setup(SmbPrint *p, const SmbMessage *m, const Smb2Facts *f)
{
	bool raw = smb_span_begins(f->blob, "NTLMSSP", 8);

	print_begin(p, SMB_PRINT_SMB2_SETUP);
	/* As next_mode, without a separator before it. */
	print_hex(p, f->security_mode ? 1 : 0, 1);
	print_next_hex(p, f->capabilities, 1);
	print_next_dec(p, m->credits);
	print_next_dec(p, m->credit_charge);
	print_next_id(p, m->process);
	print_put(p, raw ? ";raw" : ";spnego", raw ? 4 : 7);
}
