/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of test-parts.c: NT_TRANSACT functions, by their sections. */
#include "tests/dissect/smb1/parts.h"

/* clang-format off */
const SubCase parts_nt_transact[] = {
	{ "MS-CIFS 2.2.7.1.2", true, true, 1, NULL, NULL,
	  "000087bc0000000000000000887f45ae497add01887f45ae497add0117ac45ae497add0117ac45ae497add"
	  "01200000000000100000000000000000000000000000000600000000000000000000000000000000000000"
	  "00000000000000ff011f0000000000", "", NULL,
	  "oplock_level=0 fid=48263 create_action=0 ea_error_offset=0 "
	  "creation_time=134398020765974408 last_access_time=134398020765974408 "
	  "last_write_time=134398020765985815 last_change_time=134398020765985815 "
	  "file_attributes=0x20 allocation_size=1048576 end_of_file=0 resource_type=0 "
	  "pipe_state=0x6 directory=0 response_type=0 "
	  "volume_guid=00000000000000000000000000000000 file_id=0 maximal_access=0x1f01ff "
	  "guest_maximal_access=0x0", " fid=48263" },
	{ "MS-CIFS 2.2.7.2.2", true, true, 2, NULL, "c4000900e0670100", "", "", NULL,
	  "function_code=0x900c4 ioctl_data=0 bytes", NULL },
	{ "MS-CIFS 2.2.7.3.2", true, true, 3, NULL, NULL, "", "", NULL, "", NULL },
	{ "MS-CIFS 2.2.7.6.2", true, true, 6, NULL, NULL, "40000000",
	  "010004801400000030000000000000000000000001050000000000051500000009a7a76a39c1fac9a972ce"
	  "90e803000001020000000000160200000089130000", NULL,
	  "length_needed=64 sd_revision=1 sd_control=0x8004 "
	  "owner='S-1-5-21-1789372169-3388653881-2429448873-1000' group='S-1-22-2-5001' "
	  "sacl_aces=0 sacl=[] dacl_aces=0 dacl=[]", NULL },
	{ "MS-SMB 2.2.7.1.2", true, true, 1, NULL, NULL,
	  "000087bc0000000000000000887f45ae497add01887f45ae497add0117ac45ae497add0117ac45ae497add"
	  "01200000000000100000000000000000000000000000000600000000000000000000000000000000000000"
	  "00000000000000ff011f0000000000", "", NULL,
	  "oplock_level=0 fid=48263 create_action=0 ea_error_offset=0 "
	  "creation_time=134398020765974408 last_access_time=134398020765974408 "
	  "last_write_time=134398020765985815 last_change_time=134398020765985815 "
	  "file_attributes=0x20 allocation_size=1048576 end_of_file=0 resource_type=0 "
	  "pipe_state=0x6 directory=0 response_type=0 "
	  "volume_guid=00000000000000000000000000000000 file_id=0 maximal_access=0x1f01ff "
	  "guest_maximal_access=0x0", " fid=48263" },
	{ "MS-SMB 2.2.7.4", true, true, 6, NULL, NULL, "40000000",
	  "010004801400000030000000000000000000000001050000000000051500000009a7a76a39c1fac9a972ce"
	  "90e803000001020000000000160200000089130000", NULL,
	  "length_needed=64 sd_revision=1 sd_control=0x8004 "
	  "owner='S-1-5-21-1789372169-3388653881-2429448873-1000' group='S-1-22-2-5001' "
	  "sacl_aces=0 sacl=[] dacl_aces=0 dacl=[]", NULL },
	{ "MS-SMB 2.2.7.6.1", false, true, 8, NULL, NULL, "3412",
	  "00000000 10000000 0000000000000000 0010000000000000 0020000000000000 0040000000000000 "
	  "0102000000000005 20000000 20020000", NULL,
	  "quotas=[next_entry_offset=0 sid_length=16 change_time=0 quota_used=4096 quota_threshold=8192 quota_limit=16384 sid='S-1-5-32-544']", NULL },
	{ "MS-SMB 2.2.7.6.2", true, true, 8, NULL, NULL, "", "", NULL, "", NULL },
};
/* clang-format on */

const size_t parts_nt_transact_count = sizeof(parts_nt_transact) / sizeof(parts_nt_transact[0]);
