/* SPDX-License-Identifier: BSD-3-Clause */
/* Fingerprints of SMB1: [MS-CIFS] 2.2.4.52, 2.2.4.53, [MS-SMB] 2.2.4.5, 2.2.4.6. */
#include "dissect/fingerprint/write.h"
#include "dissect/wire/codes.h"

/* Flags2 without what settings of signing change. */
static void
next_flags2(SmbPrint *p, const SmbMessage *m)
{
	print_next_hex(p,
		       m->flags2 & (uint16_t) ~(SMB_FLAGS2_SMB_SECURITY_SIGNATURE |
						SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED),
		       4);
}

static void
next_text(SmbPrint *p, SmbText text)
{
	print_char(p, ';');
	print_text(p, text);
}

/* All names follow from the bytes that they are read from. */
static void
put_dialects(SmbPrint *p, SmbList dialects)
{
	SmbText name;

	if (p->shape) {
		print_text(p, (SmbText){ smb_reader_rest(&dialects.at), dialects.at.oem });
		return;
	}
	for (bool first = true; !p->cut && dialects.next && dialects.next(&dialects, &name);
	     first = false) {
		if (!first)
			print_char(p, ',');
		print_text(p, name);
	}
}

void
smb_print_smb1_negotiate(SmbPrint *p, const SmbMessage *m, SmbList dialects)
{
	print_begin(p, SMB_PRINT_SMB1_NEGOTIATE);
	put_dialects(p, dialects);
	print_next_hex(p, m->flags, 2);
	next_flags2(p, m);
	print_next_id(p, m->tid);
	print_next_id(p, m->uid);
	print_next_id(p, m->pid);
	print_next_id(p, m->mid);
}

void
smb_print_smb1_negotiate_back(SmbPrint *p, const SmbMessage *m, const Smb1NegotiateResponse *r,
			      SmbText dialect)
{
	uint16_t mode = r->security_mode & (NEGOTIATE_USER_SECURITY | NEGOTIATE_ENCRYPT_PASSWORDS);

	print_begin(p, SMB_PRINT_SMB1_NEGOTIATE_BACK);
	print_dec(p, r->form);
	next_text(p, dialect);
	print_next_hex(p, mode, 1);
	print_next_dec(p, r->max_mpx_count);
	print_next_dec(p, r->max_vcs);
	print_next_dec(p, r->max_buffer_size);
	print_next_dec(p, r->max_raw_size);
	print_char(p, ';');
	print_zero(p, r->session_key == 0);
	print_next_hex(p, r->capabilities, 8);
	print_next_hex(p, m->flags, 2);
	print_char(p, ';');
	print_guid(p, r->server_guid);
}

void
smb_print_smb1_setup(SmbPrint *p, const SmbMessage *m, const Smb1SessionSetupRequest *r)
{
	print_begin(p, SMB_PRINT_SMB1_SETUP);
	print_dec(p, r->form);
	print_next_dec(p, r->max_buffer_size);
	print_next_dec(p, r->max_mpx_count);
	print_next_hex(p, r->capabilities, 8);
	next_flags2(p, m);
	next_text(p, r->native_os);
	next_text(p, r->native_lanman);
}

void
smb_print_smb1_setup_back(SmbPrint *p, const SmbMessage *m, uint8_t words,
			  const Smb1SessionSetupResponse *r)
{
	print_begin(p, SMB_PRINT_SMB1_SETUP_BACK);
	print_dec(p, words);
	print_next_hex(p, m->flags, 2);
	next_text(p, r->native_os);
	next_text(p, r->native_lanman);
}
