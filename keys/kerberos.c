/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Session keys of Kerberos (RFC 4120 5.3, 5.5, [MS-KILE] 3.1.1.2): the subkey of the AP-REP, else
 * that of the authenticator, else the ticket's session key. libkrb5 reads keytabs and decrypts. Its
 * krb5_rd_req is not used: it would hold a capture's tickets against today's clock and against a
 * replay cache. A part that was decrypted was authenticated, too.
 */
#include <krb5/krb5.h>
#include <profile.h>
#include <string.h>

#include "dissect/security/der.h"
#include "keys/internal.h"
#include "keys/vault.h"

enum {
	/* Key usage numbers: RFC 4120 7.5.1. */
	USAGE_TICKET = 2,
	USAGE_AUTHENTICATOR = 11,
	USAGE_AP_REP = 12,

	/* Application tags: RFC 4120 5.10. */
	AUTHENTICATOR = SMB_DER_APPLICATION + 2,
	ENC_TICKET_PART = SMB_DER_APPLICATION + 3,
	ENC_AP_REP_PART = SMB_DER_APPLICATION + 27,

	PART_MAX = 1 << 17, /* bytes of what is decrypted; the largest tickets have 64 KiB */
};

/* ---- keytabs ---- */

/* No configuration is read: it has no say in what is in a capture. */
static krb5_context
context_of(KeyRing *ring)
{
	krb5_context context = NULL;
	profile_t profile = NULL;

	if (ring->kerberos)
		return ring->kerberos;
	if (profile_init_path("/dev/null", &profile) != 0 ||
	    krb5_init_context_profile(profile, KRB5_INIT_CONTEXT_SECURE, &context) != 0)
		context = NULL;
	if (profile)
		profile_release(profile);
	ring->kerberos = context;
	return context;
}

static bool
add_key(KeyRing *ring, const krb5_keyblock *key)
{
	KeyTicket *t = &ring->tickets[ring->n_tickets];

	if (ring->n_tickets == KEYS_TICKETS)
		return false;
	/* Longer ones are of no type that Windows or MIT has. */
	if (key->length == 0 || key->length > KEYS_SIZE_MAX)
		return true;
	t->type = key->enctype;
	t->key.size = (uint8_t)key->length;
	memcpy(t->key.bytes, key->contents, key->length);
	ring->n_tickets++;
	return true;
}

/* Returns 0, or the library's error. */
static krb5_error_code
read_entries(KeyRing *ring, krb5_context context, krb5_keytab keytab, bool *ret_full)
{
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_start_seq_get(context, keytab, &cursor);

	if (code)
		return code;
	while (!*ret_full && (code = krb5_kt_next_entry(context, keytab, &entry, &cursor)) == 0) {
		*ret_full = !add_key(ring, &entry.key);
		(void)krb5_free_keytab_entry_contents(context, &entry);
	}
	(void)krb5_kt_end_seq_get(context, keytab, &cursor);
	return code == KRB5_KT_END ? 0 : code;
}

bool
keys_kerberos_load(KeyRing *ring, const char *path, GError **error)
{
	krb5_context context = context_of(ring);
	g_autofree char *name = g_strconcat("FILE:", path, NULL);
	krb5_keytab keytab = NULL;
	uint32_t before = ring->n_tickets;
	krb5_error_code code;
	bool full = false;

	if (!context) {
		g_set_error_literal(error, KEYS_ERROR, KEYS_ERROR_FILE,
				    "libkrb5 cannot be initialised");
		return false;
	}
	code = krb5_kt_resolve(context, name, &keytab);
	if (!code)
		code = read_entries(ring, context, keytab, &full);
	if (keytab)
		(void)krb5_kt_close(context, keytab);
	if (full)
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "more than %d keys in keytabs",
			    KEYS_TICKETS);
	else if (code)
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s is no keytab that can be read",
			    path);
	else if (ring->n_tickets == before)
		g_set_error(error, KEYS_ERROR, KEYS_ERROR_FILE, "%s has no keys", path);
	return !full && !code && ring->n_tickets > before;
}

void
keys_kerberos_free(KeyRing *ring)
{
	if (ring->kerberos)
		krb5_free_context(ring->kerberos);
	ring->kerberos = NULL;
}

/* ---- what is encrypted ---- */

/* Returns the plain text, which belongs to the caller (wipe and free), or an absent one. */
static SmbSpan
decrypt(KeyRing *ring, const KeyTicket *key, int32_t type, int usage, SmbSpan cipher)
{
	krb5_keyblock block = { .enctype = key->type, .length = key->key.size };
	krb5_enc_data in = { .enctype = type };
	krb5_data out = { .length = cipher.len };
	SmbSpan none = { NULL, 0 };
	uint8_t bytes[KEYS_SIZE_MAX];

	if (!cipher.len || cipher.len > PART_MAX || type != key->type || !ring->kerberos)
		return none;
	/* libkrb5 takes pointers that are not const, but changes nothing. */
	memcpy(bytes, key->key.bytes, sizeof(bytes));
	block.contents = bytes;
	in.ciphertext.length = cipher.len;
	in.ciphertext.data = g_memdup2(cipher.ptr, cipher.len);
	out.data = g_malloc0(cipher.len);
	if (krb5_c_decrypt(ring->kerberos, &block, usage, NULL, &in, &out) != 0) {
		keys_wipe(out.data, cipher.len);
		g_clear_pointer(&out.data, g_free);
		out.length = 0;
	}
	g_free(in.ciphertext.data);
	keys_wipe(bytes, sizeof(bytes));
	return (SmbSpan){ (uint8_t *)out.data, out.length };
}

static void
forget(SmbSpan plain)
{
	if (!plain.ptr)
		return;
	keys_wipe((uint8_t *)(uintptr_t)plain.ptr, plain.len);
	g_free((uint8_t *)(uintptr_t)plain.ptr);
}

/* EncryptionKey: RFC 4120 5.2.9. */
static bool
read_key(SmbDer *field, KeyTicket *ret_key)
{
	SmbDer member;
	SmbSpan bytes;

	if (!smb_der_unwrap(field, SMB_DER_SEQUENCE) ||
	    !smb_der_expect(field, SMB_DER_CONTEXT + 0, &member) ||
	    !smb_der_unwrap(&member, SMB_DER_INTEGER))
		return false;
	ret_key->type = smb_der_integer(&member);
	if (!smb_der_expect(field, SMB_DER_CONTEXT + 1, &member) ||
	    !smb_der_unwrap(&member, SMB_DER_OCTET_STRING))
		return false;
	bytes = smb_der_rest(&member);
	if (!bytes.len || bytes.len > KEYS_SIZE_MAX)
		return false;
	memset(ret_key->key.bytes, 0, KEYS_SIZE_MAX);
	ret_key->key.size = (uint8_t)smb_span_copy(bytes, ret_key->key.bytes, KEYS_SIZE_MAX);
	return true;
}

/* The key in a field of a decrypted part: [APPLICATION `tag`] SEQUENCE { ... [`number`] ... }. */
static bool
key_in(SmbSpan plain, uint8_t tag, uint8_t number, KeyTicket *ret_key)
{
	bool malformed = false;
	SmbDer root = smb_der_root(plain, &malformed), part, field;

	if (!smb_der_expect(&root, tag, &part) || !smb_der_unwrap(&part, SMB_DER_SEQUENCE))
		return false;
	while (smb_der_next(&part, &field))
		if (field.tag == SMB_DER_CONTEXT + number)
			return read_key(&field, ret_key);
	return false;
}

/* With any key of the keytabs: names of services are often aliases. */
static bool
open_ticket(KeyRing *ring, const SmbToken *token, KeyTicket *ret_key)
{
	for (uint32_t i = 0; i < ring->n_tickets; i++) {
		SmbSpan plain = decrypt(ring, &ring->tickets[i], token->encryption_type,
					USAGE_TICKET, token->ticket_cipher);
		bool found = plain.ptr && key_in(plain, ENC_TICKET_PART, 1, ret_key);

		forget(plain);
		if (found)
			return true;
	}
	return false;
}

bool
keys_kerberos_request(KeyRing *ring, const SmbToken *token, Key *ret_key, KeyTicket *ret_part)
{
	KeyTicket subkey = { 0 };
	SmbSpan plain;

	if (!open_ticket(ring, token, ret_part))
		return false;
	plain = decrypt(ring, ret_part, token->part_type, USAGE_AUTHENTICATOR, token->part_cipher);
	if (!plain.ptr)
		return false;
	*ret_key = key_in(plain, AUTHENTICATOR, 6, &subkey) ? subkey.key : ret_part->key;
	forget(plain);
	keys_wipe(&subkey, sizeof(subkey));
	return true;
}

bool
keys_kerberos_reply(KeyRing *ring, const KeyTicket *part, const SmbToken *token, Key *ret_key)
{
	SmbSpan plain = decrypt(ring, part, token->part_type, USAGE_AP_REP, token->part_cipher);
	KeyTicket subkey = { 0 };
	bool opened = plain.ptr;

	if (opened && key_in(plain, ENC_AP_REP_PART, 2, &subkey))
		*ret_key = subkey.key;
	forget(plain);
	keys_wipe(&subkey, sizeof(subkey));
	return opened;
}
