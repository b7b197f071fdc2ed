/* SPDX-License-Identifier: BSD-3-Clause */
/* As much of DER as tokens need: lengths, tags, and stepping into elements (X.690). */
#include "dissect/security/der.h"

SmbDer
smb_der_root(SmbSpan bytes, bool *malformed)
{
	return (SmbDer){ .at = smb_reader_from_span(bytes), .malformed = malformed };
}

void
smb_der_fail(SmbDer *self)
{
	smb_reader_fail(&self->at, SMB_READ_MALFORMED);
	*self->malformed = true;
}

/*
 * X.690 8.1.3. The indefinite form (0x80) is not DER, and its end would have to be searched for;
 * 0x84 with four bytes is the longest form that a blob with a 32-bit length can need.
 */
static uint32_t
read_length(SmbDer *self)
{
	uint8_t first = smb_reader_u8(&self->at);
	uint32_t length = 0;

	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84) {
		smb_der_fail(self);
		return 0;
	}
	for (uint8_t i = 0; i < (first & 0x7F); i++)
		length = length << 8 | smb_reader_u8(&self->at);
	return length;
}

bool
smb_der_next(SmbDer *self, SmbDer *ret_child)
{
	uint32_t length;

	if (smb_reader_left(&self->at) == 0)
		return false;
	*ret_child = (SmbDer){
		.tag = smb_reader_u8(&self->at),
		.depth = self->depth + 1,
		.malformed = self->malformed,
	};
	/* Tag numbers of more than one byte (X.690 8.1.2.4) occur in no token. */
	if (ret_child->depth > SMB_DER_DEPTH_MAX || (ret_child->tag & 0x1F) == 0x1F) {
		smb_der_fail(self);
		return false;
	}
	length = read_length(self);
	if (self->at.status != SMB_READ_OK) {
		smb_der_fail(self);
		return false;
	}
	ret_child->at = smb_reader_sub(&self->at, length);
	if (self->at.status != SMB_READ_OK)
		*self->malformed = true;
	return true;
}

bool
smb_der_expect(SmbDer *self, uint8_t tag, SmbDer *ret_child)
{
	if (smb_der_next(self, ret_child) && ret_child->tag == tag)
		return true;
	smb_der_fail(self);
	return false;
}

bool
smb_der_unwrap(SmbDer *self, uint8_t tag)
{
	SmbDer child;
	uint8_t depth = self->depth;

	self->depth--;
	if (!smb_der_expect(self, tag, &child)) {
		self->depth = depth;
		return false;
	}
	*self = child;
	return true;
}

SmbSpan
smb_der_rest(SmbDer *self)
{
	return smb_reader_rest(&self->at);
}

uint64_t
smb_der_declared(const SmbDer *self)
{
	bool lies = false;
	SmbDer element = { .at = self->at, .malformed = &lies };
	uint32_t before = smb_reader_left(&element.at);
	uint32_t length;

	smb_reader_skip(&element.at, 1);
	length = read_length(&element);
	if (element.at.status != SMB_READ_OK)
		return 0;
	return (uint64_t)(before - smb_reader_left(&element.at)) + length;
}

int32_t
smb_der_integer(SmbDer *self)
{
	uint32_t length = smb_reader_left(&self->at);
	uint32_t value = 0;

	if (length == 0 || length > 4) {
		smb_der_fail(self);
		return 0;
	}
	/*
	 * Two's complement (X.690 8.3): encryption types below 0 exist (RC4 of Windows, -128 and
	 * others).
	 */
	if (smb_reader_peek(&self->at, 0) & 0x80)
		value = UINT32_MAX;
	while (length-- > 0)
		value = value << 8 | smb_reader_u8(&self->at);
	return (int32_t)value;
}
