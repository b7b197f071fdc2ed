/* SPDX-License-Identifier: BSD-3-Clause */
/* States of connections, and local networks, as in Zeek's conn.log. */
#include "output/views/zeek-conn.h"

#include <glib.h>
#include <string.h>

/* ---- States ---- */

/* One end, by what was seen of it: in midstream a partial one. */
typedef enum { INACTIVE, PARTIAL, SYN_SENT, ESTABLISHED, CLOSED, RESET } State;

static bool
has(const char *history, const char *letters)
{
	return strpbrk(history, letters) != NULL;
}

/* A RST is only clearing up where its sender had finished before, and the other end finished too. */
static bool
is_reset(const char *history, char rst, char fin, char other_fin)
{
	const char *reset = strchr(history, rst), *finished = strchr(history, fin);

	return reset && !(finished && finished < reset && strchr(history, other_fin));
}

static State
originator(const char *history)
{
	if (is_reset(history, 'R', 'F', 'f'))
		return RESET;
	if (has(history, "F"))
		return CLOSED;
	if (has(history, "h") && has(history, "SAD"))
		return ESTABLISHED;
	if (has(history, "SH"))
		return SYN_SENT;
	return has(history, "AD") ? PARTIAL : INACTIVE;
}

static State
responder(const char *history)
{
	if (is_reset(history, 'r', 'f', 'F'))
		return RESET;
	if (has(history, "f"))
		return CLOSED;
	if (has(history, "hs"))
		return ESTABLISHED;
	/* An acknowledgment of a SYN is no answer to it. */
	return has(history, "d") || (has(history, "a") && !has(history, "S")) ? PARTIAL : INACTIVE;
}

/* Whether the originator gave up after its SYN. */
static bool
is_given_up(const char *history)
{
	history += *history == '^';
	return *history == 'S' && strpbrk(history, "HAFGIQR") == strchr(history, 'R');
}

static const char *
state_of_reset(const SmbConnectionInfo *info, State orig, State resp)
{
	bool nothing = !info->bytes[SMB_TO_SERVER] && !info->bytes[SMB_TO_CLIENT];

	if (resp != RESET)
		return resp > PARTIAL ? "RSTO" : is_given_up(info->history) ? "RSTOS0" : "OTH";
	if ((orig == SYN_SENT || orig == RESET) && nothing)
		return "REJ";
	return orig <= PARTIAL ? "RSTRH" : "RSTR";
}

const char *
zeek_conn_state(const SmbConnectionInfo *info)
{
	State orig = originator(info->history), resp = responder(info->history);

	if (orig == RESET || resp == RESET)
		return state_of_reset(info, orig, resp);
	if (orig == CLOSED && resp == CLOSED)
		return "SF";
	if (orig == CLOSED)
		return resp <= PARTIAL ? "SH" : "S2";
	if (resp == CLOSED)
		return orig <= PARTIAL ? "SHR" : "S3";
	if (orig == SYN_SENT && resp == INACTIVE)
		return "S0";
	return orig == ESTABLISHED && resp == ESTABLISHED ? "S1" : "OTH";
}

/* ---- Networks ---- */

typedef struct {
	uint8_t address[6];
	uint8_t bits;
} Network;

/* IANA's registries of special-purpose addresses: what of them is not for the Internet. */
static const Network networks_v4[] = {
	{ { 0 }, 8 },
	{ { 10 }, 8 },
	{ { 100, 64 }, 10 },
	{ { 127 }, 8 },
	{ { 169, 254 }, 16 },
	{ { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 },
	{ { 192, 0, 2 }, 24 },
	{ { 192, 168 }, 16 },
	{ { 198, 18 }, 15 },
	{ { 198, 51, 100 }, 24 },
	{ { 203, 0, 113 }, 24 },
	{ { 224, 0, 0 }, 24 },
	{ { 239 }, 8 },
	{ { 240 }, 4 },
};
static const Network networks_v6[] = {
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48 },
	{ { 0x20, 0x01, 0x00 }, 23 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0xfc }, 7 },
	{ { 0xfe, 0x80 }, 10 },
	{ { 0xfe, 0xc0 }, 10 },
};

static bool
is_in(const uint8_t *address, const Network *network)
{
	uint8_t whole = network->bits / 8, rest = network->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	return memcmp(address, network->address, whole) == 0 &&
	       (!rest || !((address[whole] ^ network->address[whole]) & mask));
}

static bool
is_in_any(const uint8_t *address, const Network *networks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(address, &networks[i]))
			return true;
	return false;
}

bool
zeek_is_local(uint8_t family, const uint8_t *address)
{
	static const uint8_t zeros[15], six_to_four[2] = { 0x20, 0x02 };
	static const uint8_t discard[8] = { 0x01 };

	if (family == 4)
		return is_in_any(address, networks_v4, G_N_ELEMENTS(networks_v4));
	/* RFC 3056: an address of IPv4 follows. */
	if (memcmp(address, six_to_four, sizeof(six_to_four)) == 0)
		return is_in_any(address + 2, networks_v4, G_N_ELEMENTS(networks_v4));
	/* Not specified, and loopback. */
	if (memcmp(address, zeros, sizeof(zeros)) == 0 && address[15] <= 1)
		return true;
	return memcmp(address, discard, sizeof(discard)) == 0 ||
	       is_in_any(address, networks_v6, G_N_ELEMENTS(networks_v6));
}
