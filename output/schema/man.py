#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""man.py SCHEMA PAGE: writes the manual page smbtrail-records(5) of what the schema of the records says."""
import json
import re
import sys

HEAD = r'''.\" Made by output/schema/man.py of smbtrail.schema.json.
.Dd November 27, 2026
.Dt SMBTRAIL-RECORDS 5
.Os
.Sh NAME
.Nm smbtrail-records
.Nd records that smbtrail writes in JSON
.Sh DESCRIPTION
With
.Fl Fl json ,
.Xr smbtrail 1
writes an object on each line.
Its
.Va event_type
says which of the records below it is.
The schema in
.Pa smbtrail.schema.json
(JSON Schema 2020-12), which is installed with the program, says the same for programs; this page is made of it.
.Pp
A key is marked with its type.
An optional key is there only where there is something to say; all others are always there.
New keys may be added by later versions, so what a reader does not know should be passed over.
'''
TAIL = '''.Sh SEE ALSO
.Xr smbtrail 1 ,
.Xr smbtrail.conf 5
'''


def text(words):
    """Words as lines of text, each sentence on its own."""
    lines = re.sub(r'(?<=[.:;]) +', '\n', ' '.join(words.split())).split('\n')
    return ''.join(escape(line) + '\n' for line in lines if line)


def escape(words):
    words = words.replace('\\', '\\e').replace('-', '\\-')
    return '\\&' + words if words[:1] in ('.', "'") else words


def quote(word):
    """An argument of a macro."""
    return '"' + escape(word).replace('"', '\\(dq') + '"' if re.search(r'[\s"]', word) or len(word) < 3 else escape(word)


class Page:
    def __init__(self, schema):
        self.schema = schema
        self.parts = []  # names of what is described in a section of its own, in the order of their first use
        self.out = []

    def target(self, schema):
        """A schema behind its reference, and the name of that."""
        if '$ref' not in schema:
            return schema, None
        found = self.schema
        path = schema['$ref'].removeprefix('#/').split('/')
        for step in path:
            found = found[step]
        return found, path[-1] if path[0] == '$defs' and len(path) == 2 else None

    def kind(self, schema):
        """The type in words."""
        schema, name = self.target(schema)
        if name and ('properties' in schema or 'oneOf' in schema):
            if name not in self.parts:
                self.parts.append(name)
            return f'object: {name}'
        if 'const' in schema:
            return json.dumps(schema['const'])
        if 'enum' in schema:
            return 'one of ' + ', '.join(json.dumps(value) for value in schema['enum'])
        for word in ('anyOf', 'oneOf'):
            if word in schema:
                return ' or '.join(dict.fromkeys(self.kind(one) for one in schema[word]))
        types = schema.get('type', 'any')
        types = ' or '.join(types) if isinstance(types, list) else types
        if 'array' in types and isinstance(schema.get('items'), dict):
            return types.replace('array', f'array of {self.kind(schema["items"])}')
        return types

    def rows(self, schema, prefix=''):
        """The keys of an object, those of objects in it with their path."""
        required = schema.get('required', [])
        for key, value in schema.get('properties', {}).items():
            inner, name = self.target(value)
            optional = '' if key in required else ', optional'
            # .It Va key Pq type
            self.out.append(f'.It Va {quote(prefix + key)} Pq {quote(self.kind(value) + optional)}\n')
            about = value.get('description') or inner.get('description')
            if about:
                self.out.append(text(about))
            items = inner.get('items')
            if not name and 'properties' in inner:
                self.rows(inner, prefix + key + '.')
            elif isinstance(items, dict) and 'properties' in items:
                self.rows(items, prefix + key + '[].')

    def object(self, title, schema):
        self.out.append(f'.Ss {quote(title)}\n')
        if 'description' in schema:
            self.out.append(text(schema['description']))
        for i, one in enumerate(schema.get('oneOf', [schema])):
            one, name = self.target(one)
            if one is not schema:
                self.out.append('.Pp\n' + text(one.get('description', f'Form {i + 1}.')))
            if not one.get('properties'):
                continue
            self.out.append('.Bl -tag -width Ds\n')
            self.rows(one)
            self.out.append('.El\n')

    def make(self):
        self.out.append(HEAD)
        self.out.append('.Sh RECORDS\n')
        shown = set()
        for row in self.schema['allOf']:
            record = row['then'].get('$ref', '').rpartition('/')[2]
            event = row['if']['properties'].get('event_type', {})
            if record and record not in shown and 'const' in event:
                shown.add(record)
                self.object(event['const'], self.schema['$defs'][record])
        self.out.append('.Sh PARTS\nObjects in these records.\n')
        at = 0
        while at < len(self.parts):  # grows while it is walked
            if self.parts[at] not in shown:
                shown.add(self.parts[at])
                self.object(self.parts[at], self.schema['$defs'][self.parts[at]])
            at += 1
        self.out.append(TAIL)
        return ''.join(self.out)


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        page = Page(json.load(f)).make()
    with open(sys.argv[2], 'w', encoding='utf-8') as f:
        f.write(page)


main()
