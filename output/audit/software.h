/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the fingerprints of a machine (AuditHost.prints) say of its software: what it speaks like,
 * never what it is. A machine may have several programs, so each of its connections says it for itself.
 */
#pragma once

#include "audit/audit.h"
#include "output/base/buffer.h"

/*
 * "like jCIFS (seen with 1.3); like Samba client (seen with 4.17); others not known", by how often;
 * nothing, and false, if none of it is known.
 */
bool out_audit_software(OutBuffer *b, const AuditTally *prints);
/* The same as a list in JSON: [{"software":["jCIFS"],"versions":"1.3","count":7}]. */
void out_audit_software_json(OutBuffer *b, const AuditTally *prints);
