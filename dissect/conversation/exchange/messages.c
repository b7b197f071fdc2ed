/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages of the stream, handed to the file of their protocol, counted and reported. */
#include "dissect/conversation/exchange/pending.h"

void
smb_message_count(SmbConnection *c, const SmbMessage *m)
{
	c->info.messages[m->dir]++;
	c->context->messages++;
	c->info.anomalies |= m->anomalies;
}

void
smb_message_emit(SmbConnection *c, const SmbMessage *m)
{
	SmbEvent event = { .kind = SMB_EVENT_MESSAGE, .message = m };

	if (smb_wants(c, SMB_EVENT_MESSAGE))
		smb_emit(c, &event, &m->when);
}

/* SMB1 encrypted by the UNIX extensions: it cannot be read. */
static void
encrypted(SmbConnection *c, SmbDir dir, SmbReader bytes, const SmbStamp *when)
{
	SmbMessage *m = &c->context->smb1.message;

	*m = (SmbMessage){ .version = 5,
			   .dir = dir,
			   .response = dir == SMB_TO_CLIENT,
			   .bytes = bytes,
			   .when = *when };
	c->info.encrypted = true;
	c->lost[dir]++;
	smb_message_count(c, m);
	smb_message_emit(c, m);
}

void
smb_exchange_message(SmbConnection *c, const SmbFirst *first, SmbReader bytes, bool cut,
		     const SmbStamp *when)
{
	if (first->protocol == SMB_FIRST_SMB1)
		smb_message1(c, first->dir, bytes, cut, when);
	else if (first->protocol == SMB_FIRST_SMB2)
		smb_message2(c, first->dir, bytes, cut, when);
	else if (first->protocol == SMB_FIRST_ENCRYPTED && c->expected.logged_on)
		encrypted(c, first->dir, bytes, when);
	else
		smb_message1_raw(c, first->dir, bytes, cut, when);
}
