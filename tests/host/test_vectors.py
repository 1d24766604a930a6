# SPDX-License-Identifier: MIT
"""docs/vectors.md: a row for each softirq vector, in the kernel's order; every test that it names reads its row."""
import re

from conftest import ROOT


def functions(text):
    """{name: body} of a C file in this style."""
    return {m[1]: m[2] for m in re.finditer(r"^\S.*?\b(\w+)\([^;{}]*\)\n(\{\n.*?^\})", text, re.M | re.S)}


def reached(name, bodies):
    """The body of @name and of all that it names, in this file."""
    seen, names = "", [name]
    while names:
        body = bodies.pop(names.pop(), "")
        seen += body
        names += [n for n in bodies if re.search(r"\b%s\b" % n, body)]
    return seen


def test_each_vector_has_its_user_and_its_test():
    rows = re.findall(r"^\| ([A-Z_]+) \|.*\| `(\w+)\(\)` \| (\w+\.c): `(\w+)`", (ROOT / "docs/vectors.md").read_text(), re.M)
    enum = re.search(r"enum \{\s*HI_SOFTIRQ.*?\}", (ROOT / "include/linux/interrupt.h").read_text(), re.S).group()
    assert [row[0] for row in rows] == re.findall(r"(\w+)_SOFTIRQ\b", enum)
    sources = "".join(f.read_text() for f in (ROOT / "kernel").rglob("*.c"))
    for vector, action, file, case in rows:
        assert re.search(r"open_softirq\(%s_SOFTIRQ, %s\)" % (vector, action), sources), vector
        text = (ROOT / "tests" / file).read_text()
        assert re.search(r"KUNIT_CASE\w*\(%s\)" % case, text), (vector, file, case)
        does = reached(case, functions(text))
        for word in ("kstat_softirqs_cpu(", vector + "_SOFTIRQ", "KUNIT_EXPECT_EQ("):
            assert word in does, (vector, file, case, word)
