# SPDX-License-Identifier: BSD-3-Clause
"""Where a C source compares, bounds and caps, and what each of these places is changed to.

All mutations of a file are built at once: each place becomes an expression that asks, as the program runs, whether its own
mutation is the one that was chosen (`MUTANT(n) ? changed : as it was`). So a file is compiled once, not once a mutation. Where
it is not, it notes whether the mutation would have given something else (`MUTANT_NOTE(n, differs)`): only tests in which it
would can notice it.
"""
import collections
import re

TOKEN = re.compile(r"""
      (?P<skip>\s+|/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:[^\n\\]|\\.)*)
    | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<number>\d[\w.]*)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
    """, re.X | re.S | re.M)
SHIFTED = {'<': '<=', '<=': '<', '>': '>=', '>=': '>'}
# What binds less tightly than a comparison ends its operands.
LOOSER = {'==', '!=', '&', '^', '|', '&&', '||', '?', ':', '=', ',', ';', '{', '}', 'return', '+=', '-=', '*=', '/=', '%=',
          '&=', '|=', '^=', '<<=', '>>='}
LOGIC_ENDS = LOOSER - {'==', '!=', '&', '^', '|', '&&', '||'}
# Up to the semicolon nothing is done as the program runs: a table, and what the compiler has to find true.
NO_CODE = {'static', '_Static_assert', 'G_STATIC_ASSERT'}
CAP = re.compile(r'MAX|MOST|LEAST|CAP\b|LIMIT|DEPTH|WAYS|ROUNDS|POINTERS')

Token = collections.namedtuple('Token', 'kind text start end')
# A change of the text from `start` to `end`. `change` is what a reader is told; `flat` is one that the compiler has to be told.
# `way`: what it does: 'constant' (new is 0 or 1), 'shifted', 'first', 'second' or 'other'; `parts`: where both operands stand.
Mutation = collections.namedtuple('Mutation', 'path line function text change start end new flat way parts')


def tokens_of(source):
    return [Token(m.lastgroup, m[0], m.start(), m.end()) for m in TOKEN.finditer(source) if m.lastgroup != 'skip']


class Source:
    def __init__(self, path, source):
        self.path, self.source = path, source
        self.tokens = tokens_of(source)
        self.partner = self.pair()
        self.functions = self.find_functions()
        self.found = {}

    def pair(self):
        partner, open_ = {}, []
        for i, token in enumerate(self.tokens):
            if token.text in '([{' and token.kind == 'sign':
                open_.append(i)
            elif token.text in ')]}' and token.kind == 'sign' and open_:
                partner[i] = open_.pop()
                partner[partner[i]] = i
        return partner

    def find_functions(self):
        """(name, first token, last token) of each function's body: braces behind the parentheses of a name at column 0."""
        found, i = [], 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.text == '{' and i in self.partner:
                if i and self.tokens[i - 1].text == ')':
                    name = self.tokens[self.partner[i - 1] - 1]
                    found.append((name.text, i, self.partner[i]))
                i = self.partner[i]
            i += 1
        return found

    def text(self, first, last):
        return self.source[self.tokens[first].start:self.tokens[last].end]

    def add(self, function, first, last, change, new, at=None, flat=False, way='other', parts=()):
        start, end = self.tokens[first].start, self.tokens[last].end
        where = self.tokens[first if at is None else at].start
        begin = self.source.rfind('\n', 0, where) + 1
        stop = self.source.find('\n', where)
        mutation = Mutation(self.path, self.source.count('\n', 0, where) + 1, function,
                            ' '.join(self.source[begin:stop].split()), change, start, end, new, flat, way,
                            tuple((self.tokens[a].start, self.tokens[b].end) for a, b in parts))
        self.found.setdefault((start, end, new), mutation)

    def reach(self, i, step, ends):
        """The last token on one side of i that still belongs to its expression."""
        j = i + step
        while 0 <= j < len(self.tokens):
            token = self.tokens[j]
            if token.kind in ('sign', 'word') and token.text in ends:
                break
            if token.kind == 'sign' and token.text in ('([{' if step > 0 else ')]}'):
                j = self.partner[j]
            elif token.kind == 'sign' and token.text in ('([{)]}'):
                break
            j += step
        return j - step

    # ---- the kinds of places ----

    def comparison(self, function, i):
        sign = self.tokens[i].text
        first, last = self.reach(i, -1, LOOSER), self.reach(i, 1, LOOSER)
        left, right = self.text(first, i - 1), self.text(i + 1, last)
        if self.is_minimum(left, right, last):
            return
        self.add(function, first, last, f'{sign} becomes {SHIFTED[sign]} in "{self.short(first, last)}"',
                 f'({left}) {SHIFTED[sign]} ({right})', at=i, way='shifted', parts=((first, i - 1), (i + 1, last)))

    def is_minimum(self, left, right, last):
        """`a < b ? a : b`, `a > b ? a - b : 0`, `if (a > b) a = b`: where both are equal either is the same."""
        behind = [t.text for t in self.tokens[last + 1:last + 60]]
        rest = ''.join(behind)
        left, right = (''.join(t.text for t in tokens_of(s)) for s in (left, right))
        if any(rest.startswith(f'?{a}:{b}') for a, b in ((left, right), (right, left))):
            return True
        if rest.startswith(f'?{left}-{right}:0'):
            return True
        return any(rest.startswith(f'){a}={b};') for a, b in ((left, right), (right, left)))

    def short(self, first, last):
        text = ' '.join(self.text(first, last).split())
        return text if len(text) <= 60 else text[:57] + '...'

    def logic(self, function, first, last, loop):
        """The operands of && and || between first and last: each left out, and the whole of it true and false."""
        signs, j = [], first
        while j <= last:
            if self.tokens[j].text in ('([{') and self.tokens[j].kind == 'sign':
                j = self.partner[j]
            elif self.tokens[j].text in ('&&', '||'):
                signs.append(j)
            elif self.tokens[j].text == '?':
                signs = []  # the sides of ?: are places of their own
                break
            j += 1
        kinds = {self.tokens[j].text for j in signs}
        edges = [first - 1, *signs, last + 1]
        if signs:
            for before, after in zip(edges, edges[1:]):
                if self.holds_logic(before + 1, after - 1):
                    continue  # its own places are more
                near = self.tokens[before if before in signs else after].text
                value = '1' if near == '&&' else '0'
                said = 'true' if value == '1' else 'false'
                self.add(function, before + 1, after - 1, f'"{self.short(before + 1, after - 1)}" is always {said}', value, way='constant')
        if kinds != {'&&'} and not loop:
            self.add(function, first, last, f'"{self.short(first, last)}" is always true', '1', way='constant')
        if kinds != {'||'}:
            self.add(function, first, last, f'"{self.short(first, last)}" is always false', '0', way='constant')

    def holds_logic(self, first, last):
        return self.tokens[first].text == '(' and self.partner[first] == last and \
            any(t.text in ('&&', '||') for t in self.tokens[first:last])

    def condition(self, function, i):
        """if and while, and the middle of for."""
        word, open_ = self.tokens[i].text, i + 1
        if self.tokens[open_].text != '(':
            return
        first, last = open_ + 1, self.partner[open_] - 1
        if word == 'for':
            first = self.reach(first - 1, 1, {';'}) + 2
            last = self.reach(first - 1, 1, {';'})
        if first <= last:
            self.logic(function, first, last, word != 'if')

    def chunk(self, function, i):
        """The expression that a comparison, && or || belongs to where no if or while holds it."""
        first, last = self.reach(i, -1, LOGIC_ENDS), self.reach(i, 1, LOGIC_ENDS)
        loop = self.tokens[first - 1].text == ';' or (
            self.tokens[first - 1].text == '(' and self.tokens[first - 2].text == 'while')
        self.logic(function, first, last, loop)

    def minimum(self, function, i):
        open_ = i + 1
        if self.tokens[i].text not in ('MIN', 'MAX') or self.tokens[open_].text != '(':
            return
        comma = self.reach(open_, 1, {','}) + 1
        last = self.partner[open_]
        for name, a, b in (('first', open_ + 1, comma - 1), ('second', comma + 1, last - 1)):
            self.add(function, i, last, f'"{self.short(i, last)}" is its {name} operand', f'({self.text(a, b)})',
                     way=name, parts=((open_ + 1, comma - 1), (comma + 1, last - 1)))

    def one(self, function, i):
        """+ 1 and - 1 behind something they are added to."""
        before, number = self.tokens[i - 1], self.tokens[i + 1]
        if number.text not in ('1', '1u') or not (before.kind in ('word', 'number') or before.text in ')]'):
            return
        if before.text in ('return', 'case'):
            return
        first = self.reach(i, -1, LOOSER | {'<', '<=', '>', '>=', '<<', '>>'})
        if any(t.text == 'case' for t in self.tokens[first - 1:i]) or self.declares(first):
            return
        self.add(function, first, i + 1, f'without "{self.tokens[i].text} 1" behind "{self.short(first, i - 1)}"',
                 f'({self.text(first, i - 1)})', at=i)

    def declares(self, first):
        """The size of an array: `uint8_t name[SIZE + 1]`."""
        return self.tokens[first - 1].text == '[' and self.tokens[first - 3].kind == 'word' \
            and self.tokens[first - 3].text not in ('return', 'else')

    def caps(self):
        """Enumerators that name a bound: one more, one less. The compiler has to know these."""
        for i, token in enumerate(self.tokens[:-2]):
            number = self.tokens[i + 2]
            if token.kind == 'word' and token.text.isupper() and CAP.search(token.text) and self.tokens[i + 1].text == '=' \
                    and number.kind == 'number' and self.tokens[i + 3].text in (',', '}'):
                for step in ('+ 1', '- 1'):
                    self.add('enum', i + 2, i + 2, f'{token.text} is {number.text} {step}', f'({number.text} {step})', flat=True)

    def mutations(self):
        for function, first, last in self.functions:
            i = first
            while i < last:
                token = self.tokens[i]
                if token.text in NO_CODE:
                    i = self.reach(i, 1, {';'})
                elif token.kind == 'sign' and token.text in SHIFTED:
                    self.comparison(function, i)
                    self.chunk(function, i)
                elif token.text in ('if', 'while', 'for'):
                    self.condition(function, i)
                elif token.text in ('&&', '||', '==', '!='):
                    self.chunk(function, i)
                elif token.text == '?':
                    self.logic(function, self.reach(i, -1, LOGIC_ENDS), i - 1, False)
                elif token.text in ('MIN', 'MAX'):
                    self.minimum(function, i)
                elif token.kind == 'sign' and token.text in '+-':
                    self.one(function, i)
                i += 1
        self.caps()
        return sorted(self.found.values(), key=lambda m: (m.start, -m.end, m.new))


def mutations_of(path, source):
    return Source(path, source).mutations()


def instrument(source, chosen):
    """The source with all mutations of `chosen`, {number: Mutation}, in it to be switched on, but for those that are flat."""
    spans = {}
    for number, m in chosen.items():
        if not m.flat:
            spans.setdefault((m.start, m.end), []).append((number, m))
    return rewrite(source, 0, len(source), sorted(spans.items(), key=lambda s: (s[0][0], -s[0][1])))


def rewrite(source, start, end, spans):
    """Spans hold each other or are apart, but for "a + 1 < b" beside "+ 1": what crosses is left to its own place's text."""
    out, at, i = [], start, 0
    while i < len(spans):
        (s, e), ways = spans[i]
        inner, j = [], i + 1
        while j < len(spans) and spans[j][0][0] < e:
            if spans[j][0][1] <= e:
                inner.append(spans[j])
            j += 1
        out.append(source[at:s])
        out.append(place(source, s, e, ways, inner))
        at, i = e, j
    out.append(source[at:end])
    return ''.join(out)


def chain(ways, wanted, last):
    """What is given where one of the ways is on, ahead of what is given where none is."""
    return '(' + ''.join(f'MUTANT({number}) ? ({m.new}) : ' for number, m in ways if m.way in wanted) + last + ')'


def notes(ways, differ):
    return ''.join(f'MUTANT_NOTE({number}, {differ[m.new if m.way == "constant" else m.way]}); ' for number, m in ways)


def place(source, start, end, ways, inner):
    """One place with all of its mutations. Each operand is evaluated once, as it was; what a constant stands for is not where it is on."""
    kinds = {m.way for _, m in ways}
    if not kinds & {'shifted', 'first', 'second'}:
        whole = rewrite(source, start, end, inner)
        if kinds == {'constant'}:
            return chain(ways, kinds, f'({{ int mutant_v = !!({whole}); {notes(ways, {"0": "mutant_v", "1": "!mutant_v"})}mutant_v; }})')
        return chain(ways, kinds, '(' + ''.join(f'MUTANT_NOTE({number}, 1), ' for number, _ in ways) + f'({whole}))')
    parts = next(m.parts for _, m in ways if m.parts)
    left, right = (rewrite(source, a, b, [s for s in inner if a <= s[0][0] and s[0][1] <= b]) for a, b in parts)
    operands = f'__auto_type mutant_l = ({left}) + 0; __auto_type mutant_r = ({right}) + 0; '
    if 'shifted' in kinds:
        number, shifted = next(w for w in ways if w[1].way == 'shifted')
        sign = shifted.change.split()[0]
        return chain(ways, {'constant'}, f'({{ {operands}int mutant_v = mutant_l {sign} mutant_r, mutant_s = mutant_l {SHIFTED[sign]} mutant_r; '
                     + notes(ways, {'0': 'mutant_v', '1': '!mutant_v', 'shifted': 'mutant_v != mutant_s'})
                     + f'MUTANT({number}) ? mutant_s : mutant_v; }})')
    name = source[start:parts[0][0]].strip(' (')
    given = ''.join(f'MUTANT({number}) ? {"mutant_l" if m.way == "first" else "mutant_r"} : ' for number, m in ways)
    return f'({{ {operands}__auto_type mutant_v = {name}(mutant_l, mutant_r); ' \
        + notes(ways, {'first': 'mutant_v != mutant_l', 'second': 'mutant_v != mutant_r'}) + given + 'mutant_v; })'


def changed(source, mutation):
    """The source with this mutation alone."""
    return source[:mutation.start] + mutation.new + source[mutation.end:]
