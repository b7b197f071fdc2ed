# SPDX-License-Identifier: BSD-3-Clause
"""What two runs of the program say, held against each other; used by redelivered."""
import lzma
import os
import re


def captures(inputs, where, keep=False):
    """The paths of captures; those in folders, compressed ones unpacked to `where`."""
    for given in inputs:
        names = [given]
        if os.path.isdir(given):
            names = [os.path.join(given, n) for n in sorted(os.listdir(given))
                     if re.search(r'\.(pcap|pcapng|cap|trace)(\.xz)?$', n)]
        for name in names:
            if not name.endswith('.xz'):
                yield name
                continue
            path = os.path.join(where, os.path.basename(name)[:-3])
            with lzma.open(name) as packed, open(path, 'wb') as f:
                f.write(packed.read())
            yield path
            if not keep:
                os.unlink(path)



def plain(value, frames, left_out, key=''):
    if isinstance(value, dict):
        return {k: plain(v, frames, left_out, k) for k, v in value.items() if k not in left_out and k != 'pcap_filename'}
    if isinstance(value, list):
        return [plain(v, frames, left_out, key) for v in value]
    if ('frame' in key or key == 'response_to') and isinstance(value, int) and not isinstance(value, bool):
        return frames(value)
    return value


def first_difference(a, b, path=''):
    if isinstance(a, dict) and isinstance(b, dict):
        for k in sorted(set(a) | set(b)):
            if a.get(k) != b.get(k):
                return first_difference(a.get(k), b.get(k), path + '.' + k)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            if x != y:
                return first_difference(x, y, '%s[%d]' % (path, i))
    return '%s: %s became %s' % (path, str(a)[:100], str(b)[:100])


def differs(want, got, frames, left_out):
    """None, or what is the first difference. Both are lists of lists of records."""
    for a, b in zip(want, got):
        a = [plain(r, lambda f: f, left_out) for r in a]
        b = [plain(r, frames, left_out) for r in b]
        for i, (x, y) in enumerate(zip(a, b)):
            if x != y:
                return 'record %d (%s)%s' % (i, x.get('event_type'), first_difference(x, y))
        if len(a) != len(b):
            return '%d records became %d' % (len(a), len(b))
    return None
