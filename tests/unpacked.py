# SPDX-License-Identifier: BSD-3-Clause
"""The captures of the tests, unpacked: to start the program that unpacks takes as long as reading most of them, each time they are read."""
import glob
import lzma
import os

HERE = os.path.dirname(os.path.realpath(__file__))


def captures(folder):
    """The paths of copies of tests/captures/ in `folder`, in order."""
    made = []
    for packed in sorted(glob.glob(os.path.join(HERE, 'captures', '*.xz'))):
        made.append(os.path.join(folder, os.path.basename(packed)[:-3]))
        with lzma.open(packed) as source, open(made[-1], 'wb') as copy:
            copy.write(source.read())
    return made


def samples():
    return sorted(glob.glob(os.path.join(HERE, '..', 'samples', '*.pcap')))
