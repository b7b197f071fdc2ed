/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions of link.c's table that have files of their own. Each consumes its header and
 * returns the layer that follows, or CAP_LAYER_OTHER if that cannot be read; after a failure of the
 * reader the result is ignored. They keep nothing: a layer depends on its bytes alone.
 */
#pragma once

#include "capture/link/link.h"

/* The layer that an EtherType names; CAP_LAYER_OTHER for others. */
CapLayer cap_layer_of_ethertype(uint32_t number);
/* True if this number is an EtherType that can be read. */
bool cap_layer_is_ethertype(uint32_t number);
/*
 * Reads an EtherType and returns what it names; if it is a length, that of LLC, to which `r` is
 * cut.
 */
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
