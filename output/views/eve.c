/* SPDX-License-Identifier: BSD-3-Clause */
/* What of EVE is not the timeline's JSON (output/json/) with OutBuffer.eve. */
#include "output/base/json.h"
#include "output/base/time.h"
#include "output/views/lost.h"

void
out_eve_lost(OutBuffer *b, const OutLost *lost)
{
	bool eve = b->eve;

	b->eve = true;
	out_lit(b, "{\"timestamp\":\"");
	out_time_record(b, lost->time_ns, 6);
	out_lit(b, "\",\"event_type\":\"lost\",\"since\":\"");
	out_time_record(b, lost->since_ns, 6);
	out_char(b, '"');
	out_key_u64(b, "records", lost->records);
	out_key_u64(b, "bytes", lost->bytes);
	out_key_str(b, "cause", lost->cause);
	out_lit(b, "}\n");
	b->eve = eve;
}
