/* SPDX-License-Identifier: BSD-3-Clause */
/* Events in: which figures an exchange, and the end of a connection, add to. */
#include <string.h>

#include "dissect/wire/codes.h"
#include "stats/stats.h"

/* What an exchange adds, worked out once for all the items that it is added to. */
typedef struct {
	const SmbExchange *x;
	const SmbConnectionInfo *info;
	uint64_t numbers[STATS_NUMBERS];
	bool timed;
	bool held; /* its time is told of its command alone */
	uint64_t time_ns;
	bool has_server;
	uint64_t server_ns; /* less the handshake */
} Added;

/* ---- Names ---- */

static void
put(StatsKey *key, const char *text)
{
	size_t n = MIN(strlen(text), STATS_KEY_MAX - 1 - key->len);

	memcpy(key->name + key->len, text, n);
	key->len += (uint32_t)n;
}

static void
put_text(StatsKey *key, SmbText text)
{
	size_t n = smb_text_to_utf8(text, key->name + key->len, STATS_KEY_MAX - key->len);

	/* No name has a NUL in it, and one that says so ends there. */
	key->len += (uint32_t)strnlen(key->name + key->len, n);
}

static void
put_hex(StatsKey *key, uint32_t value, int digits)
{
	char text[11] = "0x";

	for (int i = 0; i < digits; i++)
		text[2 + i] = "0123456789abcdef"[value >> 4 * (digits - 1 - i) & 15];
	put(key, text);
}

/* Whether the command is one of many that its function tells apart, and it is known. */
static bool
has_function(const SmbExchange *x)
{
	bool transacts = x->version == 1 ? x->command == SMB_COM_TRANSACTION ||
						   x->command == SMB_COM_TRANSACTION2 ||
						   x->command == SMB_COM_NT_TRANSACT
					 : x->command == SMB2_IOCTL;

	if (x->step < SMB_STEP_CLOSE && x->step != SMB_STEP_OTHER)
		return false;
	return transacts && x->other.function >= 0;
}

static void
put_function(StatsKey *key, const SmbExchange *x)
{
	if (has_function(x)) {
		key->command.function = (uint32_t)x->other.function;
		put(key, "/");
		if (x->other.function_name)
			put(key, x->other.function_name);
		else if (x->version != 1 && x->other.about)
			put(key, x->other.about);
		else
			put_hex(key, (uint32_t)x->other.function, x->version == 1 ? 4 : 8);
	} else if (x->version == 1 && x->step == SMB_STEP_OPEN && x->open.function_name) {
		key->command.function = (uint32_t)x->open.function;
		put(key, "/");
		put(key, x->open.function_name);
	}
}

static void
name_command(StatsKey *key, const SmbExchange *x)
{
	key->kind = STATS_COMMAND;
	key->len = 0;
	key->command = (StatsCommand){ x->version, x->command, -1 };
	if (x->command_name) {
		put(key, x->command_name);
	} else {
		put(key, x->version == 1 ? "SMB1 " : "SMB2 ");
		put_hex(key, x->command, x->version == 1 ? 2 : 4);
	}
	put_function(key, x);
}

/* False: the share is not known. */
static bool
name_share(StatsKey *key, const SmbExchange *x)
{
	key->kind = STATS_SHARE;
	key->len = 0;
	if (!x->tree || !x->tree->path)
		return false;
	put_text(key, smb_string_text(x->tree->path));
	return key->len > 0;
}

static SmbText
file_name(const SmbExchange *x)
{
	if (x->file)
		return smb_string_text(smb_file_name(x->file));
	if (x->step == SMB_STEP_OPEN)
		return x->open.name;
	if (x->step == SMB_STEP_PATH)
		return x->other.name;
	return (SmbText){ 0 };
}

/* \\SERVER\SHARE\NAME, behind the share that the key has already. */
static bool
name_file(StatsKey *key, const SmbExchange *x)
{
	SmbText name = file_name(x);
	uint32_t from;

	if (!name.bytes.len)
		return false;
	if (key->len)
		put(key, "\\");
	from = key->len;
	put_text(key, name);
	if (from && key->len > from && key->name[from] == '\\') {
		memmove(key->name + from, key->name + from + 1, key->len - from - 1);
		key->len--;
	}
	key->kind = STATS_FILE;
	return key->len > from;
}

static void
copy_address(StatsAddress *to, uint8_t family, const uint8_t bytes[16])
{
	static const uint8_t sizes[] = { [2] = 6, [3] = 10, [4] = 4, [6] = 16 };

	*to = (StatsAddress){ .family = family };
	memcpy(to->bytes, bytes, family < sizeof(sizes) ? sizes[family] : 0);
}

static void
name_end(StatsKey *key, const SmbConnectionInfo *info, StatsKind kind)
{
	const SmbEndpoints *ends = &info->ends;

	key->kind = kind;
	key->len = 0;
	copy_address(&key->address, ends->family,
		     kind == STATS_SERVER ? ends->server : ends->client);
}

/* ---- Exchanges ---- */

uint32_t
stats_size_class(uint64_t bytes)
{
	uint32_t class = bytes ? 64 - (uint32_t)__builtin_clzll(bytes) : 0;

	return MIN(class, STATS_SIZES - 1u);
}

/* When a message was captured as a whole. */
static uint64_t
whole_ns(const SmbStamp *stamp)
{
	return stamp->last_ns ? stamp->last_ns : stamp->time_ns;
}

static void
work_out_times(Added *a, Stats *self)
{
	const SmbExchange *x = a->x;
	const SmbConnectionInfo *info = a->info;
	uint64_t from = whole_ns(&x->request), to = whole_ns(&x->response);
	bool backwards = to < from;

	a->timed = x->request.frame && x->response.frame && (x->version != 1 || !x->chain_index);
	a->held = x->step == SMB_STEP_NOTIFY;
	a->time_ns = a->timed && !backwards ? to - from : 0;
	if (a->timed && backwards)
		self->sums[STATS_SUM_BACKWARDS] = stats_sum(self->sums[STATS_SUM_BACKWARDS], 1);
	if (a->timed && info->syn_ns && info->syn_ack_ns >= info->syn_ns) {
		uint64_t network = info->syn_ack_ns - info->syn_ns;

		a->has_server = true;
		a->server_ns = a->time_ns - MIN(network, a->time_ns);
	}
}

static void
work_out_numbers(Added *a)
{
	const SmbExchange *x = a->x;
	bool moved = x->response.frame && !x->failed;

	a->numbers[STATS_N_REQUESTS] = x->request.frame != 0;
	a->numbers[STATS_N_CHAINED] = x->version == 1 && x->chain_index;
	a->numbers[STATS_N_UNANSWERED] = x->answer == SMB_ANSWER_NONE ||
					 x->answer == SMB_ANSWER_WAITING;
	a->numbers[STATS_N_UNSEEN] = x->answer == SMB_ANSWER_NOT_SEEN;
	a->numbers[STATS_N_HELD] = a->held;
	a->numbers[STATS_N_ERRORS] = x->failed;
	a->numbers[STATS_N_EXPECTED] = x->failed && x->expected;
	a->numbers[STATS_N_READ] = x->step == SMB_STEP_READ && moved ? x->io.count : 0;
	a->numbers[STATS_N_WRITTEN] = x->step == SMB_STEP_WRITE && moved ? x->io.count : 0;
}

static void
add_to(StatsFigures *f, const Added *a, StatsKind kind)
{
	bool tells = a->timed && (!a->held || kind == STATS_COMMAND);

	if (tells)
		stats_times_add(&f->response, a->time_ns);
	if (tells && a->has_server && kind != STATS_SHARE && kind != STATS_FILE &&
	    kind != STATS_STATUS)
		stats_times_add(&f->server, a->server_ns);
	for (int i = 0; i < STATS_NUMBERS; i++)
		if (a->numbers[i])
			f->numbers[i] = stats_sum(f->numbers[i], a->numbers[i]);
}

static void
add_item(Stats *self, StatsKey *key, const Added *a)
{
	StatsFigures *f = stats_figures(self, key);

	add_to(f, a, key->kind);
	stats_settle(self, f);
}

static void
add_interval(Stats *self, const Added *a, uint64_t time_ns)
{
	StatsInterval *i = stats_interval(&self->intervals, time_ns);
	bool tells = a->timed && !a->held;

	i->requests = stats_sum(i->requests, a->numbers[STATS_N_REQUESTS]);
	i->answered = stats_sum(i->answered, tells);
	i->errors = stats_sum(i->errors, a->numbers[STATS_N_ERRORS]);
	i->read = stats_sum(i->read, a->numbers[STATS_N_READ]);
	i->written = stats_sum(i->written, a->numbers[STATS_N_WRITTEN]);
	i->sum = stats_sum(i->sum, tells ? a->time_ns : 0);
	i->max = MAX(i->max, tells ? a->time_ns : 0);
}

static void
add_size(Stats *self, const SmbExchange *x)
{
	bool write = x->step == SMB_STEP_WRITE;
	uint64_t *to;

	if ((!write && x->step != SMB_STEP_READ) || !x->response.frame || x->failed)
		return;
	to = &self->sizes[write ? STATS_WRITES : STATS_READS][stats_size_class(x->io.count)];
	*to = stats_sum(*to, 1);
}

static void
add_slow(Stats *self, const Added *a, const char *file)
{
	const SmbExchange *x = a->x;
	const SmbEndpoints *ends = &a->info->ends;
	StatsSlow *slow = g_new0(StatsSlow, 1);
	StatsKey key = { 0 };

	name_command(&key, x);
	slow->time_ns = a->time_ns;
	slow->request = x->request;
	slow->response = x->response;
	slow->connection = a->info->number;
	slow->capture = g_strdup(self->capture);
	slow->command = g_strndup(key.name, key.len);
	slow->file = g_strdup(file);
	copy_address(&slow->client, ends->family, ends->client);
	copy_address(&slow->server, ends->family, ends->server);
	slow->has_status = x->has_status;
	slow->status = x->status;
	stats_slow_add(self, slow);
}

void
stats_cover(Stats *self, uint64_t time_ns)
{
	if (!time_ns)
		return;
	self->first_ns = self->first_ns ? MIN(self->first_ns, time_ns) : time_ns;
	self->last_ns = MAX(self->last_ns, time_ns);
}

/* By share and file; what the file is called, or NULL. */
static const char *
add_names(Stats *self, StatsKey *key, const Added *a)
{
	if (name_share(key, a->x))
		add_item(self, key, a);
	if (!name_file(key, a->x))
		return NULL;
	add_item(self, key, a);
	key->name[key->len] = '\0';
	return key->name;
}

/* The server's own requests (breaks of oplocks) are not what clients wait for. */
static void
add_exchange(Stats *self, const SmbConnectionInfo *info, const SmbExchange *x)
{
	Added a = { .x = x, .info = info };
	StatsKey key; /* filled in part by part: its name is long */
	const char *file;

	if (x->from_server || x->one_way || !x->request.frame)
		return;
	key.len = 0;
	work_out_times(&a, self);
	work_out_numbers(&a);
	stats_cover(self, x->request.time_ns);
	stats_cover(self, x->response.frame ? whole_ns(&x->response) : 0);
	add_to(&self->others[STATS_ALL], &a, STATS_ALL);
	add_interval(self, &a, x->request.time_ns);
	add_size(self, x);
	name_command(&key, x);
	add_item(self, &key, &a);
	if (x->failed && x->has_status) {
		key.kind = STATS_STATUS;
		key.len = 0;
		key.status = x->status;
		add_item(self, &key, &a);
	}
	name_end(&key, info, STATS_SERVER);
	add_item(self, &key, &a);
	name_end(&key, info, STATS_CLIENT);
	add_item(self, &key, &a);
	file = add_names(self, &key, &a);
	if (a.timed && !a.held && stats_slow_wanted(self, a.time_ns))
		add_slow(self, &a, file);
}

/* ---- Connections ---- */

static StatsSum
sum_of_end(SmbEnd end)
{
	switch (end) {
	case SMB_END_FIN:
		return STATS_SUM_FIN;
	case SMB_END_RESET:
		return STATS_SUM_RESET;
	case SMB_END_TIMEOUT:
		return STATS_SUM_TIMEOUT;
	case SMB_END_CAPTURE_END:
		return STATS_SUM_OPEN;
	case SMB_END_NO_ANSWER:
		return STATS_SUM_NO_ANSWER;
	case SMB_END_PORT_CLOSED:
		return STATS_SUM_PORT_CLOSED;
	case SMB_END_OPEN:
	case SMB_END_EVICTED:
	case SMB_END_REUSED:
		break;
	}
	return STATS_SUM_OTHER_END;
}

static void
add_sum(Stats *self, StatsSum sum, uint64_t n)
{
	self->sums[sum] = stats_sum(self->sums[sum], n);
}

static void
add_number(StatsFigures *f, unsigned number, uint64_t n)
{
	f->numbers[number] = stats_sum(f->numbers[number], n);
}

static void
add_end(StatsFigures *f, const SmbConnectionInfo *info)
{
	add_number(f, STATS_N_CONNECTIONS, 1);
	for (unsigned dir = 0; dir < 2; dir++) {
		const SmbSegments *s = &info->segments[dir];

		add_number(f, STATS_N_RETRANSMITTED + dir, s->retransmitted);
		add_number(f, STATS_N_RETRANSMITTED_BYTES + dir, s->retransmitted_bytes);
		add_number(f, STATS_N_OUT_OF_ORDER + dir, s->out_of_order);
		add_number(f, STATS_N_WINDOW_FULL + dir, s->window_full);
	}
	if (info->syn_ns && info->syn_ack_ns >= info->syn_ns)
		stats_times_add(&f->handshake, info->syn_ack_ns - info->syn_ns);
}

static void
add_connection(Stats *self, const SmbConnectionInfo *info)
{
	static const StatsKind ends[] = { STATS_SERVER, STATS_CLIENT };
	StatsKey key;

	add_end(&self->others[STATS_ALL], info);
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		StatsFigures *f;

		name_end(&key, info, ends[i]);
		f = stats_figures(self, &key);
		add_end(f, info);
		stats_settle(self, f);
	}
	add_sum(self, sum_of_end(info->end), 1);
	add_sum(self, STATS_SUM_MIDSTREAM, info->midstream);
	add_sum(self, STATS_SUM_ONE_WAY, info->one_way);
	add_sum(self, STATS_SUM_HANDSHAKES, info->syn_ns && info->syn_ack_ns >= info->syn_ns);
	add_sum(self, STATS_SUM_ENCRYPTED, info->encrypted);
	add_sum(self, STATS_SUM_WITHOUT_TCP, info->ends.family == 2 || info->ends.family == 3);
	add_sum(self, STATS_SUM_GAPS, info->gaps);
	add_sum(self, STATS_SUM_GAP_BYTES, info->gap_bytes);
	add_sum(self, STATS_SUM_REPEATED, info->repeated);
	add_sum(self, STATS_SUM_ORPHANS, info->orphans);
	add_sum(self, STATS_SUM_BYTES_TO_SERVER, info->bytes[SMB_TO_SERVER]);
	add_sum(self, STATS_SUM_BYTES_TO_CLIENT, info->bytes[SMB_TO_CLIENT]);
}

void
stats_event(Stats *self, const SmbEvent *event)
{
	if (event->kind == SMB_EVENT_EXCHANGE)
		add_exchange(self, event->connection, event->exchange);
	else if (event->kind == SMB_EVENT_CONNECTION)
		add_connection(self, event->connection);
}
