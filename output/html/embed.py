# SPDX-License-Identifier: BSD-3-Clause
"""Turns the style and the script of the pages into strings of C, without their indents: embed.py STYLE SCRIPT OUTPUT."""
import sys

ESCAPES = {'\\': '\\\\', '"': '\\"', '?': '\\?'}


def literal(name, path):
    with open(path, encoding='ascii') as source:
        lines = [''.join(ESCAPES.get(c, c) for c in line.strip()) for line in source]
    return f'const char {name}[] =\n' + '\n'.join(f'\t"{line}\\n"' for line in lines) + ';\n'


with open(sys.argv[3], 'w', encoding='ascii') as output:
    output.write('/* Made by output/html/embed.py. */\n#include "output/html/page.h"\n\n')
    output.write(literal('out_html_style', sys.argv[1]) + '\n' + literal('out_html_script', sys.argv[2]))
