/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What create contexts consist of: [MS-SMB2] 2.2.13.2.1 to 2.2.13.2.15 and 2.2.14.2.1 to
 * 2.2.14.2.15, [MS-RSVD] 2.2.4.12 and 2.2.4.31 to 33, and two of other makers. A form is known by
 * its name, by whether it is in a request, and leases and shared disks by their length too.
 */
#include "dissect/smb2/create-contexts.h"

enum {
	GUID_SIZE = 16,
	LEASE_KEY_SIZE = 16,
	HOST_NAME_SIZE = 126,
	LEASE_V2_SIZE = 52,
	DESCRIPTOR_HEADER = 20, /* [MS-DTYP] 2.4.6 */
};

/* ---- durable handles: 2.2.13.2.3, .4, .11, .12, 2.2.14.2.12 ---- */

static const SmbField reconnect_fields[] = { SMB2_FILE_ID_FIELDS(Smb2Durable) };
static SMB_LAYOUT(reconnect, Smb2Durable, "durable handle reconnect");

static const SmbField durable_v2_fields[] = {
	SMB_FIELD(Smb2Durable, U32, timeout, "timeout"),
	SMB_FIELD(Smb2Durable, U32, flags, "durable_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2Durable, GUID, create_guid, "create_guid"),
};
static SMB_LAYOUT(durable_v2, Smb2Durable, "durable handle v2");

static const SmbField reconnect_v2_fields[] = {
	SMB2_FILE_ID_FIELDS(Smb2Durable),
	SMB_FIELD(Smb2Durable, GUID, create_guid, "create_guid"),
	SMB_FIELD(Smb2Durable, U32, flags, "durable_flags", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(reconnect_v2, Smb2Durable, "durable handle reconnect v2");

static const SmbLayout *
read_reconnect(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Durable *d = &c->content.durable;

	if (response) /* 2.2.14.2.4: none is sent */
		return NULL;
	d->id.persistent = smb_reader_le64(data);
	d->id.volatile_id = smb_reader_le64(data);
	return &reconnect;
}

static const SmbLayout *
read_durable_v2(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Durable *d = &c->content.durable;

	d->timeout = smb_reader_le32(data);
	d->flags = smb_reader_le32(data);
	if (response)
		return &durable_v2;
	smb_reader_skip(data, 8); /* Reserved */
	d->create_guid = smb_reader_span(data, GUID_SIZE);
	return &durable_v2;
}

static const SmbLayout *
read_reconnect_v2(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Durable *d = &c->content.durable;

	if (response) /* 2.2.14.2.13: none is sent */
		return NULL;
	d->id.persistent = smb_reader_le64(data);
	d->id.volatile_id = smb_reader_le64(data);
	d->create_guid = smb_reader_span(data, GUID_SIZE);
	d->flags = smb_reader_le32(data);
	return &reconnect_v2;
}

/* ---- leases: 2.2.13.2.8, .10, 2.2.14.2.10, .11 ---- */

static const char *
lease_state_name(uint32_t bit)
{
	static const char *const names[] = { [1] = "read", [2] = "handle", [4] = "write" };

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}

#define LEASE_FIELDS                                                                          \
	SMB_FIELD(Smb2Lease, HEX, key, "lease_key"),                                          \
		SMB_FIELD(Smb2Lease, U32, state, "lease_state", .flags = SMB_FIELD_SHOW_HEX,  \
			  .name_of = lease_state_name),                                       \
		SMB_FIELD(Smb2Lease, U32, flags, "lease_flags", .flags = SMB_FIELD_SHOW_HEX), \
		SMB_FIELD(Smb2Lease, U64, duration, "lease_duration")

static const SmbField lease_fields[] = { LEASE_FIELDS };
static SMB_LAYOUT(lease, Smb2Lease, "lease");

static const SmbField lease_v2_fields[] = {
	LEASE_FIELDS,
	SMB_FIELD(Smb2Lease, HEX, parent_key, "parent_lease_key"),
	SMB_FIELD(Smb2Lease, U16, epoch, "lease_epoch"),
};
static SMB_LAYOUT(lease_v2, Smb2Lease, "lease v2");

/* Requests and responses alike; the two versions differ by their length. */
static const SmbLayout *
read_lease(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Lease *l = &c->content.lease;

	(void)response;
	l->key = smb_reader_span(data, LEASE_KEY_SIZE);
	l->state = smb_reader_le32(data);
	l->flags = smb_reader_le32(data);
	l->duration = smb_reader_le64(data);
	if (c->data_length < LEASE_V2_SIZE)
		return &lease;
	l->parent_key = smb_reader_span(data, LEASE_KEY_SIZE);
	l->epoch = smb_reader_le16(data);
	return &lease_v2;
}

/* ---- single numbers: 2.2.13.2.5 to .7, .9, .13, .15, 2.2.14.2.5, .9 ---- */

static const SmbField timestamp_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, FILETIME, first, "timestamp"),
};
static SMB_LAYOUT(timestamp, Smb2CreateNumbers, "timestamp");

static const SmbField maximal_access_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, U32, status, "query_status", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2CreateNumbers, U32, access, "maximal_access", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(maximal_access, Smb2CreateNumbers, "maximal access");

static const SmbField allocation_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, U64, first, "allocation_size"),
};
static SMB_LAYOUT(allocation, Smb2CreateNumbers, "allocation size");

static const SmbField disk_id_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, U64, first, "disk_file_id", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2CreateNumbers, U64, second, "volume_id", .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(disk_id, Smb2CreateNumbers, "on-disk id");

static const SmbField instance_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, U16, structure_size, "structure_size"),
	SMB_FIELD(Smb2CreateNumbers, GUID, guid, "app_instance_id"),
};
static SMB_LAYOUT(instance, Smb2CreateNumbers, "app instance id");

static const SmbField instance_version_fields[] = {
	SMB_FIELD(Smb2CreateNumbers, U16, structure_size, "structure_size"),
	SMB_FIELD(Smb2CreateNumbers, U64, first, "app_instance_version_high"),
	SMB_FIELD(Smb2CreateNumbers, U64, second, "app_instance_version_low"),
};
static SMB_LAYOUT(instance_version, Smb2CreateNumbers, "app instance version");

static const SmbLayout *
read_maximal_access(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2CreateNumbers *n = &c->content.numbers;

	if (!response) {
		n->first = smb_reader_le64(data);
		return &timestamp;
	}
	n->status = smb_reader_le32(data);
	n->access = smb_reader_le32(data);
	return &maximal_access;
}

static const SmbLayout *
read_allocation(Smb2CreateContext *c, SmbReader *data, bool response)
{
	(void)response;
	c->content.numbers.first = smb_reader_le64(data);
	return &allocation;
}

static const SmbLayout *
read_timewarp(Smb2CreateContext *c, SmbReader *data, bool response)
{
	(void)response;
	c->content.numbers.first = smb_reader_le64(data);
	return &timestamp;
}

static const SmbLayout *
read_disk_id(Smb2CreateContext *c, SmbReader *data, bool response)
{
	if (!response) /* 2.2.13.2.9: no data */
		return NULL;
	c->content.numbers.first = smb_reader_le64(data);
	c->content.numbers.second = smb_reader_le64(data);
	return &disk_id;
}

static const SmbLayout *
read_instance(Smb2CreateContext *c, SmbReader *data, bool response)
{
	(void)response;
	c->content.numbers.structure_size = smb_reader_le16(data);
	smb_reader_skip(data, 2); /* Reserved */
	c->content.numbers.guid = smb_reader_span(data, GUID_SIZE);
	return &instance;
}

static const SmbLayout *
read_instance_version(Smb2CreateContext *c, SmbReader *data, bool response)
{
	(void)response;
	c->content.numbers.structure_size = smb_reader_le16(data);
	smb_reader_skip(data, 2 + 4); /* Reserved, Padding */
	c->content.numbers.first = smb_reader_le64(data);
	c->content.numbers.second = smb_reader_le64(data);
	return &instance_version;
}

/* ---- extended attributes and security descriptors: 2.2.13.2.1, .2 ---- */

typedef struct {
	SmbList attributes;
} Attributes;

static const SmbField attributes_fields[] = {
	SMB_FIELD(Attributes, LIST, attributes, "extended_attributes", .items = &fscc_full_ea),
};
static SMB_LAYOUT(attributes, Attributes, "extended attributes");

typedef struct {
	FsccSecurityDescriptor sd;
} Descriptor;

static const SmbField descriptor_fields[] = { FSCC_SD_FIELDS(Descriptor, sd) };
static SMB_LAYOUT(descriptor, Descriptor, "security descriptor");

static const SmbLayout *
read_attributes(Smb2CreateContext *c, SmbReader *data, bool response)
{
	(void)response;
	c->content.attributes = fscc_full_ea_list(data);
	return &attributes;
}

static const SmbLayout *
read_descriptor(Smb2CreateContext *c, SmbReader *data, bool response)
{
	SmbReader head = *data;

	(void)response;
	smb_reader_skip(&head, DESCRIPTOR_HEADER);
	if (head.status != SMB_READ_OK) {
		smb_reader_fail(data, head.status);
		return NULL;
	}
	fscc_read_security_descriptor(data, &c->content.sd);
	return &descriptor;
}

/* ---- shared virtual disks: [MS-RSVD] 2.2.4.12, 2.2.4.31 to 33 ---- */

static const SmbField disk_more_fields[] = {
	SMB_FIELD(Smb2SharedDisk, U32, properties_initialized,
		  "virtual_disk_properties_initialized"),
	SMB_FIELD(Smb2SharedDisk, U32, service_version, "server_service_version"),
	SMB_FIELD(Smb2SharedDisk, U32, sector_size, "virtual_sector_size"),
	SMB_FIELD(Smb2SharedDisk, U32, physical_sector_size, "physical_sector_size"),
	SMB_FIELD(Smb2SharedDisk, U64, virtual_size, "virtual_size"),
};
static SMB_LAYOUT(disk_more, Smb2SharedDisk, "virtual disk properties");

static const SmbField disk_fields[] = {
	SMB_FIELD(Smb2SharedDisk, U32, version, "version"),
	SMB_FIELD(Smb2SharedDisk, U8, has_initiator_id, "has_initiator_id"),
	SMB_FIELD(Smb2SharedDisk, GUID, initiator_id, "initiator_id"),
	SMB_FIELD(Smb2SharedDisk, U32, flags, "svhdx_flags", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2SharedDisk, U32, originator_flags, "originator_flags",
		  .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2SharedDisk, U64, open_request_id, "open_request_id"),
	SMB_FIELD(Smb2SharedDisk, U16, host_name_length, "initiator_host_name_length"),
	SMB_FIELD(Smb2SharedDisk, TEXT, host_name, "initiator_host_name"),
	SMB_FIELD(Smb2SharedDisk, PART, disk, "disk"),
};
static SMB_LAYOUT(disk, Smb2SharedDisk, "shared virtual disk");

static const SmbLayout *
read_disk(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2SharedDisk *d = &c->content.disk;
	SmbReader name;

	(void)response;
	d->version = smb_reader_le32(data);
	d->has_initiator_id = smb_reader_u8(data);
	smb_reader_skip(data, 3); /* Reserved */
	d->initiator_id = smb_reader_span(data, GUID_SIZE);
	d->flags = smb_reader_le32(data);
	d->originator_flags = smb_reader_le32(data);
	d->open_request_id = smb_reader_le64(data);
	d->host_name_length = smb_reader_le16(data);
	name = smb_reader_sub(data, HOST_NAME_SIZE);
	d->host_name = (SmbText){ smb_reader_span(&name, d->host_name_length), SMB_TEXT_UTF16LE };
	if (smb_reader_declared_left(data)) { /* version 2: the properties of the disk */
		smb_layout_read(data, &disk_more, 0, d);
		d->disk = (SmbPart){ &disk_more, d };
	}
	smb_reader_fail(data, name.status);
	return &disk;
}

/* ---- Apple: as Samba's vfs_fruit and the clients speak it; nothing is published ---- */

enum {
	AAPL_SERVER_QUERY = 1, /* the command */
	AAPL_SERVER_CAPABILITIES = 1,
	AAPL_VOLUME_CAPABILITIES = 2,
	AAPL_MODEL = 4,
};

static const SmbField apple_command_fields[] = {
	SMB_FIELD(Smb2Apple, U32, command, "aapl_command"),
};
static SMB_LAYOUT(apple_command, Smb2Apple, "Apple extensions");

static const SmbField apple_request_fields[] = {
	SMB_FIELD(Smb2Apple, U32, command, "aapl_command"),
	SMB_FIELD(Smb2Apple, U64, bitmap, "aapl_bitmap", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2Apple, U64, capabilities, "aapl_client_capabilities",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(apple_request, Smb2Apple, "Apple extensions request");

static const SmbField apple_server_fields[] = {
	SMB_FIELD(Smb2Apple, U64, capabilities, "aapl_server_capabilities",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(apple_server, Smb2Apple, "server capabilities");

static const SmbField apple_volume_fields[] = {
	SMB_FIELD(Smb2Apple, U64, volume_capabilities, "aapl_volume_capabilities",
		  .flags = SMB_FIELD_SHOW_HEX),
};
static SMB_LAYOUT(apple_volume, Smb2Apple, "volume capabilities");

static const SmbField apple_model_fields[] = {
	SMB_FIELD(Smb2Apple, TEXT, model, "aapl_model"),
};
static SMB_LAYOUT(apple_model, Smb2Apple, "model");

static const SmbField apple_response_fields[] = {
	SMB_FIELD(Smb2Apple, U32, command, "aapl_command"),
	SMB_FIELD(Smb2Apple, U64, bitmap, "aapl_bitmap", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2Apple, PART, server, "server"),
	SMB_FIELD(Smb2Apple, PART, volume, "volume"),
	SMB_FIELD(Smb2Apple, PART, name, "name"),
};
static SMB_LAYOUT(apple_response, Smb2Apple, "Apple extensions response");

/* What the bitmap names, in the order of its bits. */
static void
read_apple_answers(Smb2Apple *a, SmbReader *data)
{
	if (a->bitmap & AAPL_SERVER_CAPABILITIES) {
		a->capabilities = smb_reader_le64(data);
		a->server = (SmbPart){ &apple_server, a };
	}
	if (a->bitmap & AAPL_VOLUME_CAPABILITIES) {
		a->volume_capabilities = smb_reader_le64(data);
		a->volume = (SmbPart){ &apple_volume, a };
	}
	if (a->bitmap & AAPL_MODEL) {
		smb_reader_skip(data, 4); /* padding */
		a->model =
			(SmbText){ smb_reader_span(data, smb_reader_le32(data)), SMB_TEXT_UTF16LE };
		a->name = (SmbPart){ &apple_model, a };
	}
}

static const SmbLayout *
read_apple(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Apple *a = &c->content.apple;

	a->command = smb_reader_le32(data);
	if (a->command != AAPL_SERVER_QUERY)
		return &apple_command;
	smb_reader_skip(data, 4); /* reserved */
	a->bitmap = smb_reader_le64(data);
	if (response)
		read_apple_answers(a, data);
	else
		a->capabilities = smb_reader_le64(data);
	return response ? &apple_response : &apple_request;
}

/* ---- POSIX extensions (SMB3-POSIX): the name is the one that 2.2.13.2 reserves ---- */

static const SmbField posix_request_fields[] = {
	SMB_FIELD(Smb2Posix, U32, permissions, "posix_permissions"),
};
static SMB_LAYOUT(posix_request, Smb2Posix, "POSIX create request");

static const SmbField posix_response_fields[] = {
	SMB_FIELD(Smb2Posix, U32, links, "number_of_links"),
	SMB_FIELD(Smb2Posix, U32, reparse_tag, "reparse_tag", .flags = SMB_FIELD_SHOW_HEX),
	SMB_FIELD(Smb2Posix, U32, permissions, "posix_permissions"),
	SMB_FIELD(Smb2Posix, TEXT, owner, "owner"),
	SMB_FIELD(Smb2Posix, TEXT, group, "group"),
};
static SMB_LAYOUT(posix_response, Smb2Posix, "POSIX create response");

static const SmbLayout *
read_posix(Smb2CreateContext *c, SmbReader *data, bool response)
{
	Smb2Posix *p = &c->content.posix;

	if (!response) {
		p->permissions = smb_reader_le32(data);
		return &posix_request;
	}
	p->links = smb_reader_le32(data);
	p->reparse_tag = smb_reader_le32(data);
	p->permissions = smb_reader_le32(data);
	p->owner = fscc_read_sid(data, p->owner_text);
	p->group = fscc_read_sid(data, p->group_text);
	return &posix_response;
}

/* ---- which is which ---- */

/* 2.2.13.2. QFid and both durable ones of 2.0.2 have no data, or only reserved bytes. */
static const struct {
	const char name[GUID_SIZE + 1];
	uint8_t length;
	bool lists; /* what of it could be read is shown even if not all could be */
	const SmbLayout *(*read)(Smb2CreateContext *c, SmbReader *data, bool response);
} forms[] = {
	/* clang-format off */
	{ "ExtA", 4, true, read_attributes },
	{ "SecD", 4, true, read_descriptor },
	{ "DHnC", 4, false, read_reconnect },
	{ "DH2Q", 4, false, read_durable_v2 },
	{ "DH2C", 4, false, read_reconnect_v2 },
	{ "RqLs", 4, false, read_lease },
	{ "MxAc", 4, false, read_maximal_access },
	{ "AlSi", 4, false, read_allocation },
	{ "TWrp", 4, false, read_timewarp },
	{ "QFid", 4, false, read_disk_id },
	{ "AAPL", 4, false, read_apple },
	{ "\x45\xBC\xA6\x6A\xEF\xA7\xF7\x4A\x90\x08\xFA\x46\x2E\x14\x4D\x74", 16, false, read_instance },
	{ "\xB9\x82\xD0\xB7\x3B\x56\x07\x4F\xA0\x7B\x52\x4A\x81\x16\xA0\x10", 16, false, read_instance_version },
	{ "\x9C\xCB\xCF\x9E\x04\xC1\xE6\x43\x98\x0E\x15\x8D\xA1\xF6\xEC\x83", 16, false, read_disk },
	{ "\x93\xAD\x25\x50\x9C\xB4\x11\xE7\xB4\x23\x83\xDE\x96\x8B\xCD\x7C", 16, false, read_posix },
	/* clang-format on */
};

const SmbLayout *
smb2_create_content(Smb2CreateContext *c, SmbReader data, bool response)
{
	const SmbLayout *layout;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		SmbSpan name = { (const uint8_t *)forms[i].name, forms[i].length };

		if (!smb_span_equal(name, c->name))
			continue;
		layout = forms[i].read(c, &data, response);
		if (data.status != SMB_READ_OK && !forms[i].lists)
			return NULL;
		return layout;
	}
	return NULL;
}

void
smb2_create_content_facts(const Smb2CreateContext *c, Smb2Facts *facts)
{
	if (c->part.layout == &reconnect || c->part.layout == &reconnect_v2) {
		facts->open.reconnect_persistent = c->content.durable.id.persistent;
		facts->open.reconnect_fid = c->content.durable.id.volatile_id;
		facts->open.reconnect = true;
	} else if (c->part.layout == &lease || c->part.layout == &lease_v2) {
		facts->open.lease = true;
		smb_span_copy(c->content.lease.key, facts->open.lease_key, LEASE_KEY_SIZE);
	}
}
