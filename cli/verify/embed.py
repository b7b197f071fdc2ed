#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""embed.py SCHEMA OUTPUT: what smbtrail verify knows of the schema, as a table of C: the members of each kind of record, the JSON
types that they may have, and which are required. What is inside of members is not in it."""
import json
import sys

TYPES = ('object', 'array', 'string', 'integer', 'number', 'boolean', 'null')
BITS = {'object': 1, 'array': 2, 'string': 4, 'integer': 8, 'number': 8, 'boolean': 16, 'null': 32}
ALL = 63


def type_of(value):
    names = {bool: 'boolean', int: 'integer', float: 'number', str: 'string', type(None): 'null', list: 'array', dict: 'object'}
    return names[type(value)]


def follow(schema, pointer):
    """What a pointer means (RFC 6901, without escapes)."""
    at = schema
    for step in pointer.lstrip('#/').split('/'):
        at = at[int(step) if isinstance(at, list) else step]
    return at


def mask(schema, part):
    if isinstance(part, bool):
        return ALL if part else 0
    if '$ref' in part:
        return mask(schema, follow(schema, part['$ref']))
    if 'type' in part:
        names = part['type'] if isinstance(part['type'], list) else [part['type']]
        return sum({BITS[name] for name in names})
    if 'const' in part:
        return BITS[type_of(part['const'])]
    if 'enum' in part:
        return sum({BITS[type_of(value)] for value in part['enum']})
    found = 0
    for other in part.get('anyOf', part.get('oneOf', [])):
        found |= mask(schema, other)
    return found or ALL


def kinds(schema):
    """(event_type, kind or None, the object's schema)"""
    for name in schema['properties']['event_type']['enum']:
        top = schema['$defs'][name]
        for one in [top] if 'properties' in top else top['oneOf']:
            while '$ref' in one:
                one = follow(schema, one['$ref'])
            yield name, one['properties'].get('kind', {}).get('const'), one


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        schema = json.load(f)
    rows, out = [], ['/* Made by cli/verify/embed.py from the schema. */', '#include "cli/verify/schema.h"', '']
    for number, (name, kind, one) in enumerate(kinds(schema)):
        out.append(f'static const CliSchemaMember members_{number}[] = {{')
        for key in sorted(one['properties']):
            required = 'true' if key in one['required'] else 'false'
            out.append(f'\t{{ "{key}", {mask(schema, one["properties"][key])}, {required} }},')
        out.append('};')
        quoted = f'"{kind}"' if kind else 'NULL'
        rows.append(f'\t{{ "{name}", {quoted}, members_{number}, {len(one["properties"])} }},')
    out += ['', 'const CliSchemaRecord cli_schema_records[] = {', *rows, '};',
            f'const size_t cli_schema_count = {len(rows)};']
    with open(sys.argv[2], 'w', encoding='utf-8') as f:
        f.write('\n'.join(out) + '\n')


main()
