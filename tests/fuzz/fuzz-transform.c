/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Encrypted messages of a session with a fixed key, on a connection whose beginning was not seen.
 * Input: messages, each with a byte (direction, what is done with it) and two of length. One that is
 * plain is encrypted here, so that what is inside is read: its bytes are what a sender with the key
 * may send. One that is raw is a message as it is.
 */
#include <nettle/ccm.h>
#include <string.h>

#include "dissect/dissect.h"
#include "keys/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	DIR_BIT = 1,
	RAW_BIT = 2,
	TRANSFORM = 52,
	NBSS = 4,
	MESSAGE_MAX = 4096,
};

static const char KEY_FILE[] = "session 5 00112233445566778899aabbccddeeff\n"
			       "password alice Passw0rd\n";

static void
on_event(void *user, const SmbEvent *event)
{
	(void)user;
	(void)event;
}

static const uint8_t *
key_of(SmbDir dir, KeySession *s)
{
	*s = (KeySession){ .dialect = SMB2_DIALECT_300, .cipher = KEYS_AES128_CCM };
	s->full.size = KEYS_SIZE;
	for (int i = 0; i < KEYS_SIZE; i++)
		s->full.bytes[i] = (uint8_t)(i * 0x11);
	keys_session_derive(s);
	return s->cipher_key[dir];
}

/* [MS-SMB2] 2.2.41 and 3.1.4.3; returns the size. */
static uint32_t
encrypt(SmbDir dir, const uint8_t *plain, uint32_t size, uint8_t *out)
{
	struct ccm_aes128_ctx ccm;
	KeySession session;
	uint8_t nonce[11] = { 1 };

	memset(out, 0, TRANSFORM);
	memcpy(out, "\xFDSMB", 4);
	memcpy(out + 20, nonce, sizeof(nonce));
	out[36] = (uint8_t)size;
	out[37] = (uint8_t)(size >> 8);
	out[42] = 1;
	out[44] = 5;
	ccm_aes128_set_key(&ccm, key_of(dir, &session));
	ccm_aes128_set_nonce(&ccm, sizeof(nonce), nonce, TRANSFORM - 20, size, 16);
	ccm_aes128_update(&ccm, TRANSFORM - 20, out + 20);
	ccm_aes128_encrypt(&ccm, size, out + TRANSFORM, plain);
	ccm_aes128_digest(&ccm, 16, out + 4);
	return TRANSFORM + size;
}

static void
feed(SmbConnection *c, uint8_t op, const uint8_t *data, uint32_t n, uint64_t frame)
{
	uint8_t bytes[NBSS + TRANSFORM + MESSAGE_MAX];
	SmbDir dir = op & DIR_BIT ? SMB_TO_CLIENT : SMB_TO_SERVER;
	SmbStamp when = { .time_ns = frame, .frame = frame };
	uint32_t size = n;

	if (op & RAW_BIT)
		memcpy(bytes + NBSS, data, n);
	else
		size = encrypt(dir, data, n, bytes + NBSS);
	bytes[0] = bytes[1] = 0;
	bytes[2] = (uint8_t)(size >> 8);
	bytes[3] = (uint8_t)size;
	smb_connection_feed(c, dir, (SmbSpan){ bytes, NBSS + size }, &when);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	KeyRing *ring = keys_ring_parse(
		"file", (SmbSpan){ (const uint8_t *)KEY_FILE, sizeof(KEY_FILE) - 1 }, NULL, NULL);
	SmbConfig config = { .want = UINT32_MAX, .event = on_event, .keys = keys_ring_hooks(ring) };
	SmbEndpoints ends = { .family = 4, .client_port = 1025, .server_port = 445 };
	SmbStamp when = { .time_ns = 1, .frame = 1 };
	SmbContext *context;
	SmbConnection *c;
	SmbEnding ending = { .end = SMB_END_FIN, .seen = { true, true } };

	config.limits.head = config.limits.message = 2 * MESSAGE_MAX;
	context = smb_context_new(&config);
	c = smb_connection_new(context, &ends, true, false, &when);
	for (size_t at = 0; at + 3 <= size;) {
		uint32_t n = data[at + 1] | (uint32_t)data[at + 2] << 8;
		uint8_t op = data[at];

		at += 3;
		n = MIN(n, (uint32_t)MIN(size - at, (size_t)MESSAGE_MAX));
		feed(c, op, data + at, n, ++when.frame);
		at += n;
	}
	smb_connection_end(c, &ending, &when);
	if (smb_context_free(context) != 0)
		__builtin_trap();
	keys_ring_free(ring);
	return 0;
}
