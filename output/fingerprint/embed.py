#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""embed.py KNOWN.TSV OUTPUT: the table of known fingerprints as one of C, in the order of their texts."""
import json
import sys

NAMES_MAX = 6  # OUT_PRINT_NAMES


def rows(path):
    """(hash, text, names, versions, sources)"""
    with open(path, encoding='ascii') as f:
        for line in f:
            if line.startswith('#') or not line.strip():
                continue
            digest, text, software, versions, sources = line.rstrip('\n').split('\t')
            yield digest, text, software.split(' | '), versions, sources.split(' ')


def quoted(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?') + '"'


def record(digest, text, names, versions):
    """A row as an object of "parts": put_part in output/fingerprint/json.c writes the same of a text that is not known."""
    head, colon, _ = text.partition(':')
    return json.dumps({'part': head.partition('.')[2], 'hash': digest, 'text': text, 'software': names, 'versions': versions}, separators=(',', ':'))


def main():
    known = sorted(rows(sys.argv[1]), key=lambda row: row[1])
    texts = [row[1] for row in known]
    if len(set(texts)) != len(texts):
        sys.exit(f'{sys.argv[1]}: a text is there twice')
    out = ['/* Made by output/fingerprint/embed.py from known.tsv. */', '#include "output/fingerprint/fingerprint.h"', '',
           'const OutPrintKnown out_prints_known[] = {']
    for digest, text, names, versions, _ in known:
        if len(names) > NAMES_MAX:
            sys.exit(f'{sys.argv[1]}: more than {NAMES_MAX} names: {text}')
        whole = record(digest, text, names, versions)
        out += [f'\t{{ {quoted(text)}, {len(text)}, "{digest}", {{ {", ".join(quoted(name) for name in names)}, NULL }}, {quoted(versions)},',
                f'\t  {quoted(whole)}, {len(whole)} }},']
    out += ['};', f'const size_t out_prints_known_count = {len(known)};']
    with open(sys.argv[2], 'w', encoding='ascii') as f:
        f.write('\n'.join(out) + '\n')


if __name__ == '__main__':
    main()
