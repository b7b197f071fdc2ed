/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names and addresses as text: the last lines of a timeline. Repeated announcements are counted.
 *
 * If there are more addresses than are kept, those with the smallest ranks are, whenever they came:
 * who invents addresses, and does not know the key, does not keep out all that come later.
 */
#include "output/json/datagrams.h"

#include "output/base/fields.h"
#include "output/base/words.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>

enum {
	ADDRESSES_MAX = SMB_CAP(4096, 3),
	NAMES_MAX = SMB_CAP(8, 2), /* of an address */
	SAYS_MAX = 256,            /* bytes of its announcement */
	TREE_NODE = 64,            /* with what malloc takes besides */
};

typedef struct {
	uint8_t address[4];
	uint64_t rank;
	uint32_t n_names;
	struct {
		const SmbEncoding *encoding;
		uint8_t letters[16];
		uint8_t len, suffix;
	} names[NAMES_MAX];
	char *says; /* its last announcement, or NULL */
	uint64_t announcements;
} Node;

struct OutNames {
	GTree *nodes; /* by address */
	OutBuffer line;
	size_t memory;
	SmbHashKey key;
	uint64_t horizon; /* addresses of ranks beyond it are not kept */
	/* How often names were seen that are not kept: */
	uint64_t omitted; /* of addresses that are not, */
	uint64_t further; /* and of those that are, beyond NAMES_MAX */
	const SmbEncoding *oem;
	void (*note)(void *user, const void *note, size_t n); /* NULL: they are kept here */
	void *note_user;
};

/* What is kept of a datagram, between processes. `letters`: a name, or what was announced. */
typedef struct {
	uint8_t address[4];
	uint8_t announces, suffix;
	uint16_t len;
	uint8_t letters[SAYS_MAX];
} Note;

static void
node_free(void *data)
{
	Node *node = data;

	g_free(node->says);
	g_free(node);
}

/* A tree, so that no choice of addresses makes it slow. */
static gint
compare_addresses(gconstpointer a, gconstpointer b, gpointer user)
{
	(void)user;
	return memcmp(a, b, sizeof(((Node *)NULL)->address));
}

OutNames *
out_names_new(const OutOptions *options)
{
	OutNames *self = g_new0(OutNames, 1);

	self->oem = options->oem;
	self->note = options->note;
	self->note_user = options->note_user;
	self->key = options->key;
	self->horizon = UINT64_MAX;
	self->nodes = g_tree_new_full(compare_addresses, NULL, NULL, node_free);
	return self;
}

size_t
out_names_free(OutNames *self)
{
	size_t memory = self ? out_names_memory(self) : 0;

	if (!self)
		return 0;
	g_tree_unref(self->nodes);
	out_buffer_clear(&self->line);
	g_free(self);
	return memory;
}

typedef struct {
	uint64_t horizon;
	GPtrArray *nodes;
} Beyond;

static gboolean
find_beyond(gpointer key, gpointer value, gpointer user)
{
	Beyond *beyond = user;
	const Node *node = value;

	(void)key;
	if (node->rank > beyond->horizon)
		g_ptr_array_add(beyond->nodes, value);
	return FALSE;
}

/* Those of the larger half of all ranks that are kept go: about half of them, so it is done seldom. */
static void
draw_in(OutNames *self)
{
	Beyond beyond = { self->horizon >> 1, g_ptr_array_new() };

	self->horizon = beyond.horizon;
	g_tree_foreach(self->nodes, find_beyond, &beyond);
	for (guint i = 0; i < beyond.nodes->len; i++) {
		Node *node = beyond.nodes->pdata[i];

		self->omitted += node->n_names;
		self->memory -= sizeof(*node) + TREE_NODE;
		self->memory -= node->says ? strlen(node->says) + 1 : 0;
		g_tree_remove(self->nodes, node->address);
	}
	g_ptr_array_unref(beyond.nodes);
}

static Node *
node_of(OutNames *self, const uint8_t address[4])
{
	Node *node = g_tree_lookup(self->nodes, address);
	uint64_t rank;

	if (node)
		return node;
	rank = smb_keyed_hash(&self->key, address, sizeof(node->address));
	while (rank <= self->horizon && g_tree_nnodes(self->nodes) >= ADDRESSES_MAX)
		draw_in(self);
	if (rank > self->horizon) {
		self->omitted++;
		return NULL;
	}
	node = g_new0(Node, 1);
	memcpy(node->address, address, sizeof(node->address));
	node->rank = rank;
	g_tree_insert(self->nodes, node->address, node);
	self->memory += sizeof(*node) + TREE_NODE;
	return node;
}

static void
add_name(OutNames *self, Node *node, SmbText name, uint8_t suffix)
{
	uint32_t i = node->n_names;

	for (uint32_t k = 0; k < i; k++) {
		if (node->names[k].suffix == suffix && node->names[k].len == name.bytes.len &&
		    memcmp(node->names[k].letters, name.bytes.ptr, name.bytes.len) == 0)
			return;
	}
	if (i == NAMES_MAX || name.bytes.len > sizeof(node->names[i].letters)) {
		self->further++;
		return;
	}
	node->n_names++;
	memcpy(node->names[i].letters, name.bytes.ptr, name.bytes.len);
	node->names[i].encoding = name.encoding;
	node->names[i].len = (uint8_t)name.bytes.len;
	node->names[i].suffix = suffix;
}

/* A field of a mailslot's contents, into the line after a separator. */
static void
add_field(OutBuffer *b, const SmbDatagramFacts *d, SmbFieldRole role, const char *before,
	  const char *after)
{
	const SmbField *f = smb_layout_find(d->frame_layout, role);
	SmbBlock block = { .layout = d->frame_layout,
			   .body = d->frame,
			   .status = d->frame_status,
			   .word_count = UINT8_MAX };
	size_t from = b->len, start;

	if (!f)
		return;
	out_str(b, before);
	start = b->len;
	if (out_field_value(b, &block, f, false) && b->len > start)
		out_str(b, after);
	else
		b->len = from;
}

static bool
is_announcement(const SmbLayout *layout)
{
	return smb_layout_find(layout, SMB_ROLE_OS_MAJOR) ||
	       smb_layout_find(layout, SMB_ROLE_WORKGROUP);
}

/* What an announcement says: its kind, version and comment. Other datagrams say nothing lasting. */
static bool
say_announcement(OutBuffer *b, const SmbDatagramFacts *d)
{
	if (!is_announcement(d->frame_layout) || d->frame_status != SMB_READ_OK)
		return false;
	b->len = 0;
	out_str(b, d->frame_layout->name);
	add_field(b, d, SMB_ROLE_OS_MAJOR, " ", "");
	add_field(b, d, SMB_ROLE_OS_MINOR, ".", "");
	add_field(b, d, SMB_ROLE_WORKGROUP, ", workgroup ", "");
	add_field(b, d, SMB_ROLE_COMMENT, ", \"", "\"");
	return true;
}

static void
add_announcement(OutNames *self, Node *node, const char *says, size_t n)
{
	n = MIN(n, SAYS_MAX);
	node->announcements++;
	if (node->says && strlen(node->says) == n && memcmp(node->says, says, n) == 0)
		return;
	self->memory += n + 1 - (node->says ? strlen(node->says) + 1 : 0);
	g_free(node->says);
	node->says = g_strndup(says, n);
	node->announcements = 1;
}

static void
send(const OutNames *self, const uint8_t address[4], bool announces, uint8_t suffix,
     const void *letters, size_t n)
{
	Note note = { .announces = announces, .suffix = suffix, .len = (uint16_t)MIN(n, SAYS_MAX) };

	memcpy(note.address, address, sizeof(note.address));
	memcpy(note.letters, letters, note.len);
	self->note(self->note_user, &note, offsetof(Note, letters) + note.len);
}

static void
note_only(OutNames *self, const SmbEndpoints *ends, const SmbDatagramFacts *d)
{
	for (uint32_t i = 0; i < d->n_named; i++)
		send(self, d->named[i].address, false, d->named[i].suffix,
		     d->named[i].name.bytes.ptr, d->named[i].name.bytes.len);
	if (ends->family == 4 && say_announcement(&self->line, d))
		send(self, ends->client, true, 0, self->line.data, self->line.len);
}

void
out_names_replay(OutNames *self, const void *bytes, size_t n)
{
	Note note = { 0 };
	SmbText name;
	Node *node;

	if (n < offsetof(Note, letters) || n > sizeof(note))
		return;
	memcpy(&note, bytes, n);
	if (note.len != n - offsetof(Note, letters))
		return;
	name = (SmbText){ { note.letters, note.len }, self->oem };
	node = note.announces ? g_tree_lookup(self->nodes, note.address)
			      : node_of(self, note.address);
	if (node && note.announces)
		add_announcement(self, node, (const char *)note.letters,
				 strnlen((const char *)note.letters, note.len));
	else if (node)
		add_name(self, node, name, note.suffix);
}

void
out_names_add(OutNames *self, const SmbEndpoints *ends, const SmbDatagramFacts *d)
{
	Node *node;

	if (self->note) {
		note_only(self, ends, d);
		return;
	}
	for (uint32_t i = 0; i < d->n_named; i++) {
		node = node_of(self, d->named[i].address);
		if (node)
			add_name(self, node, d->named[i].name, d->named[i].suffix);
	}
	node = ends->family == 4 ? g_tree_lookup(self->nodes, ends->client) : NULL;
	if (node && say_announcement(&self->line, d))
		add_announcement(self, node, self->line.data, self->line.len);
}

static gboolean
put_node(gpointer key, gpointer value, gpointer user)
{
	const Node *node = value;
	OutBuffer *b = user;
	size_t from;

	(void)key;
	out_lit(b, "  ");
	from = b->len;
	out_address(b, 4, node->address);
	out_pad(b, from, 16);
	for (uint32_t i = 0; i < node->n_names; i++) {
		SmbText name = { { node->names[i].letters, node->names[i].len },
				 node->names[i].encoding };

		out_char(b, ' ');
		out_text(b, name);
		out_char(b, '<');
		out_hex(b, node->names[i].suffix, 2);
		out_char(b, '>');
	}
	if (node->says) {
		out_lit(b, "  ");
		out_text(b, smb_text_from_utf8(node->says));
	}
	if (node->announcements > 1) {
		out_lit(b, "  x");
		out_u64(b, node->announcements);
	}
	out_char(b, '\n');
	return FALSE;
}

void
out_names_put(const OutNames *self, OutBuffer *b, bool colour)
{
	if (!g_tree_nnodes(self->nodes))
		return;
	out_bold_on(b, colour);
	out_lit(b, "names");
	out_bold_off(b, colour);
	out_char(b, '\n');
	g_tree_foreach(self->nodes, put_node, b);
	if (self->omitted) {
		out_lit(b, "  names of further addresses, seen ");
		out_count(b, self->omitted, "time\n", "times\n");
	}
	if (self->further) {
		out_lit(b, "  further names of these, seen ");
		out_count(b, self->further, "time\n", "times\n");
	}
	out_char(b, '\n');
}

bool
out_names_left_out(const OutNames *self)
{
	return self->omitted || self->further;
}

size_t
out_names_memory(const OutNames *self)
{
	return self->memory + self->line.cap;
}
