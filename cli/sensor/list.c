/* SPDX-License-Identifier: BSD-3-Clause */
/* What -D prints. */
#include "cli/sensor/list.h"

#include "capture/source/interface.h"
#include "output/base/json.h"

static const char *
carrier_word(const CapInterface *one)
{
	if (one->carrier == CAP_CARRIER_CONNECTED)
		return one->wireless ? "Associated" : "Connected";
	if (one->carrier == CAP_CARRIER_DISCONNECTED)
		return one->wireless ? "Not associated" : "Disconnected";
	return NULL;
}

/* "1.eth0 (Intel) [Up, Running, Connected] 10.0.0.1/24", as tcpdump has it. */
static void
put_text(OutBuffer *b, const CapInterface *one, guint number)
{
	const struct {
		bool holds;
		const char *word;
	} words[] = {
		{ one->up, "Up" },
		{ one->running, "Running" },
		{ one->loopback, "Loopback" },
		{ one->wireless, "Wireless" },
		{ carrier_word(one) != NULL, carrier_word(one) },
	};
	bool any = false;

	out_u64(b, number);
	out_char(b, '.');
	out_str(b, one->name);
	if (one->description) {
		out_lit(b, " (");
		out_str(b, one->description);
		out_char(b, ')');
	}
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (!words[i].holds)
			continue;
		out_str(b, any ? ", " : " [");
		out_str(b, words[i].word);
		any = true;
	}
	out_str(b, any ? "]" : "");
	for (char **address = one->addresses; *address; address++) {
		out_char(b, ' ');
		out_str(b, *address);
	}
	out_char(b, '\n');
}

static void
put_json(OutBuffer *b, const CapInterface *one)
{
	static const char *const carriers[] = {
		[CAP_CARRIER_UNKNOWN] = "unknown",
		[CAP_CARRIER_CONNECTED] = "connected",
		[CAP_CARRIER_DISCONNECTED] = "disconnected",
		[CAP_CARRIER_NONE] = "none",
	};

	out_lit(b, "{\"event_type\":\"interface\",\"name\":");
	out_str_json(b, one->name);
	if (one->description) {
		out_key(b, "description");
		out_str_json(b, one->description);
	}
	out_key_bool(b, "up", one->up);
	out_key_bool(b, "running", one->running);
	out_key_bool(b, "loopback", one->loopback);
	out_key_bool(b, "wireless", one->wireless);
	out_key_str(b, "connection_state", carriers[one->carrier]);
	out_key(b, "addresses");
	out_char(b, '[');
	for (char **address = one->addresses; *address; address++) {
		if (address != one->addresses)
			out_char(b, ',');
		out_str_json(b, *address);
	}
	out_lit(b, "]}\n");
}

char *
cli_list_interfaces(bool json, GError **error)
{
	g_autoptr(GPtrArray) all = cap_interfaces_list(error);
	OutBuffer b = { 0 };
	char *text;

	if (!all)
		return NULL;
	for (guint i = 0; i < all->len; i++) {
		const CapInterface *one = g_ptr_array_index(all, i);

		if (json)
			put_json(&b, one);
		else
			put_text(&b, one, i + 1);
	}
	text = g_strndup(b.data ? b.data : "", b.len);
	out_buffer_clear(&b);
	return text;
}
