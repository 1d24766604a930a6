# SPDX-License-Identifier: MIT
"""A Spin model run step by step beside a trace: the set of all states in which it can be after what was seen so far.

The model is the .pml itself, compiled by Spin with -DCONFORM: `pan -d` lists every statement of every process with where
it leads, and those are carried out here. What event.h's EVENT*() marks shows in the trace: it is passed when the trace
says the same, and only then. All other statements can happen at any time in between, as Promela's rules let them (an
atomic sequence is left only where it blocks). A trace fits if there is a way through the model that shows it; when no
state is left, the last line is a step that the model does not allow.
"""
import functools
import itertools
import re

from job import HERE, OUT, Broken, call

SPIN = HERE / "spin"
TYPES = r"(?:bool|byte|bit|short|int)"
STEP = re.compile(r"\s+state\s+(\d+) -\(tr\s+\d+\)-> state\s+(\d+)\s+\[id\s+\d+ tp\s+\d+\] \[(.)....\] \S+?:(\d+) => (.*)")
MAX_STATES = 20000		# of one set; a model that gets there has a counter that it should not count


class Refused(Exception):
    """The model has no such step. args: why; the line is the caller's to add."""


def declared(text):
    """[(name, size or None, first value)] of the variable declarations in @text."""
    out = []
    for decl in re.finditer(r"(?:^|[;{])\s*%s\s+([^;(){}]+?)\s*(?=;|\n|$)" % TYPES, text):
        for part in decl[1].split(","):
            m = re.fullmatch(r"\s*(\w+)\s*(?:\[(.+)\])?\s*(?:=\s*(.+?))?\s*", part, re.S)
            if not m:
                raise Broken("declaration not understood: %r" % decl[0])
            out.append((m[1], m[2] and int(eval(expression(m[2]))), int(eval(expression(m[3] or "0")))))
    return out


def expression(text):
    text = re.sub(r"\btrue\b", "1", re.sub(r"\bfalse\b", "0", text))
    text = text.replace("&&", " and ").replace("||", " or ")
    return re.sub(r"!(?!=)", " not ", text)


class Names:
    """Where the variables of one scope live: @array[index]."""
    def __init__(self, array, declarations):
        self.at, self.first = {}, []
        for name, size, value in declarations:
            self.at[name] = len(self.first), size
            self.first += [value] * (size or 1)
        self.array = array

    def put(self, text):
        for name, (index, size) in self.at.items():
            if size is None:
                text = re.sub(r"\b%s\b" % name, "%s[%d]" % (self.array, index), text)
            else:
                text = re.sub(r"\b%s\[" % name, "%s[%d+" % (self.array, index), text)
        return text


class Statement:
    """One transition. can(G, L): may it be taken; do(G, L) takes it on lists; event: what it shows, or None."""
    def __init__(self, text, names, target, atomic, line):
        self.target, self.atomic, self.line, self.text = target, atomic, line, text
        self.is_else = text == "else"
        self.event = self.can = self.do = self.run = None

        def python(t):
            t = expression(t)
            for n in names:
                t = n.put(t)
            return t

        def compiled(t):
            return eval("lambda G, L: " + t)

        m = re.fullmatch(r"printf\('(.*?)(?:\\n)?',?(.*)\)", text)
        if m:
            self.event = compiled("%r %% (%s)" % (m[1], "".join("int(%s), " % a for a in split(python(m[2])) if a)))
        elif re.fullmatch(r"\(run (\w+)\((.*)\)\)", text):
            m = re.fullmatch(r"\(run (\w+)\((.*)\)\)", text)
            self.run = m[1], compiled("[%s]" % python(m[2]))
        elif text.startswith("assert("):
            self.do = compiled("holds(%s, %r, %d)" % (python(text[6:]), text, line))
        elif re.fullmatch(r"\w+(\[.*\])? = .*", text):
            place, value = text.split(" = ", 1)
            scope = {}
            exec("def do(G, L):\n    %s = int(%s)\n" % (python(place), python(value)), scope)
            self.do = scope["do"]
        elif text.startswith("("):
            self.can = compiled(python(text))
        elif not (self.is_else or text.startswith((".(goto)", "goto ", "break", "-end-"))):
            raise Broken("statement not understood: %s (line %s)" % (text, line))
        self.ends = text == "-end-"
        self.nothing = text in ("(1)", ".(goto)") or text.startswith(("goto ", "break"))


def holds(true, text, line):
    """An assertion of the model. The search found it true always: what fails here is the replay's numbers, or ours."""
    if not true:
        raise Broken("line %d of the model: %s fails in the replay" % (line, text))


def split(text):
    """The arguments of a call, at its commas."""
    depth, out = 0, [""]
    for c in text:
        depth += (c in "([") - (c in ")]")
        if c == "," and not depth:
            out.append("")
        else:
            out[-1] += c
    return out


class Model:
    def __init__(self, name, defines=()):
        where = OUT / "conform" / name
        where.mkdir(parents=True, exist_ok=True)
        options = ["-DCONFORM", *("-D" + d for d in defines)]
        call(["spin", "-a", "-o3", *options, SPIN / (name + ".pml")], cwd=where)
        call(["gcc", "-O0", "-w", "-o", "pan", "pan.c"], cwd=where)
        listing = call(["./pan", "-d"], cwd=where, check=False).stdout
        source = call(["gcc", "-E", "-P", "-x", "c", *options, SPIN / (name + ".pml")]).stdout
        self.name = name
        self.read_source(source)
        self.read_listing(listing)

    def read_source(self, source):
        """Variables, and which processes are there from the start."""
        self.locals, self.start = {"init": Names("L", [])}, []
        rest, at = "", 0
        for m in re.finditer(r"(?:(active)\s*(?:\[(.+?)\])?\s*)?(proctype|inline)\s+(\w+)\((.*?)\)\s*\{|\binit\s*\{|\bltl\s+\w+\s*\{",
                             source):
            if m.start() < at:
                continue
            end = block(source, m.end())
            rest += source[at:m.start()]
            at = end
            if m[3] == "proctype":
                args = declared(m[5].replace(";", "; ") + ";")
                self.locals[m[4]] = Names("L", args + declared(";" + source[m.end():end]))
                self.start += [m[4]] * int(eval(expression(m[2] or "1")) if m[1] else 0)
            elif source[m.start():].startswith("init"):
                self.start.append("init")
        self.globals = Names("G", declared(";" + rest + source[at:]))

    def read_listing(self, listing):
        self.steps, self.first, proc = {}, {}, None
        for line in listing.splitlines():
            m = re.match(r"(proctype|init|claim)\b ?(\w*)", line)
            if m:
                proc = {"proctype": m[2], "init": "init", "claim": None}[m[1]]
                continue
            m = STEP.match(line)
            if not m or not proc:
                continue
            where = self.steps.setdefault(proc, {})
            pc = int(m[1])
            self.first.setdefault(proc, pc)
            names = [self.locals[proc], self.globals]
            where.setdefault(pc, []).append(Statement(m[5].strip(), names, int(m[2]), m[3] == "A", int(m[4])))
        for proc, steps in self.steps.items():
            for options in steps.values():
                options.sort(key=lambda s: s.is_else)

    def initial(self):
        procs = tuple((p, self.first[p], tuple(self.locals[p].first)) for p in self.start)
        return tuple(self.globals.first), procs, None

    def events(self):
        """The texts, without their numbers, of all steps that show."""
        return {re.sub(r"\s*-?\d+", " N", s.event(*self.zeroes(p))).strip()
                for p, steps in self.steps.items() for options in steps.values() for s in options if s.event}

    def zeroes(self, proc):
        return list(self.globals.first), list(self.locals[proc].first)

    def moves(self, state):
        """(process, statement, its event) of all that can be done in @state."""
        values, procs, holder = state
        if holder is not None:
            out = list(self.moves_of(values, procs, holder))
            if out:
                return out
        return list(itertools.chain.from_iterable(self.moves_of(values, procs, i) for i in range(len(procs))))

    def moves_of(self, values, procs, i):
        proc, pc, own = procs[i]
        possible = False
        for s in self.steps.get(proc, {}).get(pc, ()):
            if s.ends or (s.is_else and possible):
                continue
            if s.event:
                possible = True
                yield i, s, s.event(values, own)
            elif s.can is None or s.can(values, own):
                possible = True
                yield i, s, None

    def take(self, state, i, s):
        """What @state becomes when process @i does @s, and all that then follows of itself."""
        values, procs, _ = state
        procs = list(procs)
        values = self.do(values, procs, i, s)
        while True:
            after = self.follows(values, procs, i, s.atomic)
            if not after:
                return values, tuple(procs), i if s.atomic else None
            s = after
            values = self.do(values, procs, i, s)

    def do(self, values, procs, i, s):
        """Carry out @s on @procs; the new values."""
        proc, pc, own = procs[i]
        if s.do:
            G, L = list(values), list(own)
            s.do(G, L)
            values, own = tuple(G), tuple(L)
        procs[i] = proc, s.target, own
        if s.run:
            first = self.locals[s.run[0]].first
            args = s.run[1](values, own)
            procs.append((s.run[0], self.first[s.run[0]], tuple(args + first[len(args):])))
        return values

    def follows(self, values, procs, i, atomic):
        """The step of process @i that can as well be done at once: it does nothing, or is the only one in an atomic sequence."""
        options = self.steps.get(procs[i][0], {}).get(procs[i][1], ())
        if len(options) == 1 and options[0].nothing:
            return options[0]
        moves = list(itertools.islice(self.moves_of(values, procs, i), 2)) if atomic else ()
        return moves[0][1] if len(moves) == 1 and moves[0][2] is None else None

    def closure(self, states):
        """All that can be reached without showing anything."""
        seen, todo = set(states), list(states)
        while todo:
            state = todo.pop()
            for i, s, event in self.moves(state):
                if event is not None:
                    continue
                after = self.take(state, i, s)
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
            if len(seen) > MAX_STATES:
                raise Broken("%s: more than %d states without an event" % (self.name, MAX_STATES))
        return seen

    @functools.lru_cache(maxsize=200000)
    def after(self, state, event):
        """What @state becomes when @event shows."""
        return frozenset(self.take(reached, i, s) for reached in self.closed(state)
                         for i, s, shows in self.moves(reached) if shows == event)

    @functools.lru_cache(maxsize=20000)
    def all_after(self, states, event):
        return frozenset().union(*(self.after(state, event) for state in states))

    @functools.lru_cache(maxsize=200000)
    def closed(self, state):
        return frozenset(self.closure([state]))

    def shown(self, states):
        """What could show next, for a report."""
        return sorted({e for s in states for r in self.closed(s) for _, _, e in self.moves(r) if e})


class Run:
    """One walk: feed() the events in their order."""
    def __init__(self, model):
        self.model, self.states = model, frozenset([model.initial()])

    def feed(self, event):
        out = self.model.all_after(self.states, event)
        if not out:
            raise Refused("the model does not show '%s' here; it could show %s" %
                          (event, ", ".join("'%s'" % e for e in self.model.shown(self.states)) or "nothing"))
        self.states = out


def block(text, start):
    """Behind the brace that closes the one before @start."""
    depth = 1
    for m in re.finditer(r"[{}]", text[start:]):
        depth += 1 if m[0] == "{" else -1
        if not depth:
            return start + m.end()
    raise Broken("no end of a block: %s" % text[start:start + 60])
