/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rows of link.c's table that have their own files. Each consumes its header and returns the
 * layer that follows; after a failure of the reader the result is ignored.
 */
#pragma once

#include "capture/link/link.h"

/* What an EtherType names; cap_layer_from_ethertype reads it first. */
CapLayer cap_layer_of_ethertype(uint32_t number);
bool cap_layer_is_ethertype(uint32_t number);
CapLayer cap_layer_from_ethertype(SmbReader *r);

/* tunnel.c */
CapLayer cap_layer_mpls(SmbReader *r);
CapLayer cap_layer_gre(SmbReader *r);
CapLayer cap_layer_erspan2(SmbReader *r);
CapLayer cap_layer_erspan3(SmbReader *r);
CapLayer cap_layer_wccp(SmbReader *r);
CapLayer cap_layer_vxlan(SmbReader *r);
CapLayer cap_layer_geneve(SmbReader *r);
CapLayer cap_layer_teredo(SmbReader *r);

/* wlan.c */
CapLayer cap_layer_llc(SmbReader *r);
CapLayer cap_layer_wlan(SmbReader *r);
CapLayer cap_layer_wlan_padded(SmbReader *r);
CapLayer cap_layer_radiotap(SmbReader *r);
CapLayer cap_layer_prism(SmbReader *r);
CapLayer cap_layer_avs(SmbReader *r);
CapLayer cap_layer_ppi(SmbReader *r);
