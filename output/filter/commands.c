/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands as people know them: by their published names, as JSON (EVE) spells them, and by the
 * words on the screen, which mean every way of doing that.
 */
#include <string.h>

#include "dissect/wire/names.h"
#include "output/base/commands.h"
#include "output/filter/internal.h"
#include "output/text/timeline.h"

enum { SMB1 = 1, SMB2 = 2, WORDS = 4 };

static const char netbios_session[] = "netbios_session";

/* What a prefix says of where the rest may be found; none: anywhere. */
static const struct {
	const char *prefix;
	uint32_t where;
} prefixes[] = {
	{ "smb_com_", SMB1 },
	{ "smb1_command_", SMB1 },
	{ "smb2_command_", SMB2 },
	{ "smb2_", SMB2 },
};

/* In small letters, _ for - and blanks, without prefix: "open-andx", "SMB_COM_OPEN_ANDX" are one. */
static char *
plain_of(const char *name, uint32_t *ret_where)
{
	char *plain = g_strdelimit(g_ascii_strdown(name, -1), "- ", '_');

	*ret_where = SMB1 | SMB2 | WORDS;
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		size_t n = strlen(prefixes[i].prefix);

		if (!g_str_has_prefix(plain, prefixes[i].prefix))
			continue;
		memmove(plain, plain + n, strlen(plain) - n + 1);
		*ret_where = prefixes[i].where;
		break;
	}
	return plain;
}

static bool
is_called(const char *plain, const char *name)
{
	g_autofree char *other = NULL;
	uint32_t where;

	if (!name)
		return false;
	other = plain_of(name, &where);
	return g_str_equal(plain, other);
}

/* ---- What is asked for ---- */

static bool
add_codes(OutCommands *self, const char *plain, uint32_t where)
{
	bool any = false;

	for (uint32_t i = 0; i < 256 && where & SMB1; i++) {
		if (!is_called(plain, smb1_command_name((uint8_t)i)) &&
		    !is_called(plain, out_command_eve_name(1, (uint16_t)i)))
			continue;
		self->smb1[i / 32] |= 1u << (i % 32);
		any = true;
	}
	for (uint32_t i = 0; i < 32 && where & SMB2; i++) {
		if (!is_called(plain, smb2_command_name((uint16_t)i)) &&
		    !is_called(plain, out_command_eve_name(2, (uint16_t)i)))
			continue;
		self->smb2 |= 1u << i;
		any = true;
	}
	return any;
}

/* "tree connect", or "tree_connect" as JSON has it. */
static bool
add_steps(OutCommands *self, const char *plain)
{
	bool any = false;

	for (int step = 0; step < SMB_STEPS; step++) {
		if (!is_called(plain, smb_step_name((SmbStep)step)))
			continue;
		self->steps |= 1u << step;
		any = true;
	}
	return any;
}

/* "TRANS2_FIND_FIRST2" and its like. */
static bool
is_function(const char *plain)
{
	for (uint32_t i = 0; i < 256; i++) {
		if (is_called(plain, smb1_trans2_name((uint16_t)i)) ||
		    is_called(plain, smb1_nt_transact_name((uint16_t)i)) ||
		    is_called(plain, smb1_trans_name((uint16_t)i)))
			return true;
	}
	return false;
}

static bool
add_word(OutCommands *self, const char *plain)
{
	g_autofree char *label = g_strdelimit(g_strdup(plain), "_", ' ');

	if (g_str_equal(plain, netbios_session)) {
		self->netbios = true;
		return true;
	}
	if (!out_label_is_known(label) && !is_function(plain))
		return false;
	g_ptr_array_add(self->words, g_strdup(plain));
	return true;
}

void
out_commands_init(OutCommands *self)
{
	*self = (OutCommands){ .words = g_ptr_array_new_with_free_func(g_free) };
}

void
out_commands_clear(OutCommands *self)
{
	g_ptr_array_unref(self->words);
	out_buffer_clear(&self->label);
}

bool
out_commands_add(OutCommands *self, const char *value)
{
	uint32_t where;
	g_autofree char *plain = plain_of(value, &where);
	bool any = add_codes(self, plain, where);

	self->any = true;
	if (where & WORDS) {
		any |= add_steps(self, plain);
		any |= add_word(self, plain);
	}
	return any;
}

void
out_commands_add_code(OutCommands *self, uint8_t code)
{
	self->any = true;
	self->smb1[code / 32] |= 1u << (code % 32);
}

/* ---- Whether something is it ---- */

static bool
code_fits(const OutCommands *self, uint8_t version, uint16_t command)
{
	if (version == 1)
		return command < 256 && self->smb1[command / 32] >> (command % 32) & 1;
	return version == 2 && command < 32 && self->smb2 >> command & 1;
}

static bool
word_fits(const OutCommands *self, const char *name)
{
	for (guint i = 0; i < self->words->len; i++)
		if (is_called(g_ptr_array_index(self->words, i), name))
			return true;
	return false;
}

bool
out_commands_exchange(OutCommands *self, const SmbExchange *x)
{
	OutLine line = { .b = &self->label, .x = x };

	if (code_fits(self, x->version, x->command) || self->steps >> x->step & 1)
		return true;
	if (self->words->len == 0)
		return false;
	self->label.len = 0;
	out_step_label(&line);
	out_char(&self->label, '\0');
	return word_fits(self, self->label.data) ||
	       (x->step >= SMB_STEP_CLOSE && word_fits(self, x->other.function_name));
}

/* The subcommand or function of a transaction's request; -1: it is none. */
static int32_t
function_of(const SmbBlock *b, const char **ret_name)
{
	const SmbField *f = b->body ? smb_layout_find(b->layout, SMB_ROLE_FUNCTION) : NULL;
	uint64_t number = f ? smb_field_number(f, b->body) : UINT64_MAX;

	*ret_name = NULL;
	if (number > UINT16_MAX)
		return -1;
	if (f->name_of)
		*ret_name = f->name_of((uint32_t)number);
	return (int32_t)number;
}

bool
out_commands_block(const OutCommands *self, uint8_t version, const SmbBlock *b)
{
	const char *name;
	int32_t function = function_of(b, &name);

	return code_fits(self, version, b->command) ||
	       self->steps >> smb_step_of(version, b->command, function) & 1 ||
	       (self->words->len && (word_fits(self, out_label_of(version, b->command, function)) ||
				     word_fits(self, name)));
}
