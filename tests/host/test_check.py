# SPDX-License-Identifier: MIT
"""The checks themselves: each must find what it is for."""
import importlib.machinery
import importlib.util
import subprocess

import pytest

from conftest import ROOT
from bh import source


def load(name):
    """A script without .py as a module."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """tree(path, text): a source file in an otherwise empty repository."""
    monkeypatch.setattr(source, "ROOT", tmp_path)
    for f in (source.text, source.code, source.comments):
        f.cache_clear()

    def put(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        return path
    yield put
    for f in (source.text, source.code, source.comments):
        f.cache_clear()


def test_lines_of_code_are_counted_without_comments(tree):
    path = tree("kernel/a.c", '/* head\n * more\n */\n\nint a; /* tail */\nchar *s = "/* no comment */";\n// b\n')
    assert source.code_lines(path) == 2 and source.raw_lines(path) == 7


def test_a_reader_that_leaves_early_is_no_error():
    """scripts/check-lines -v | head -1"""
    p = subprocess.Popen([ROOT / "scripts/check-lines", "-v"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert p.stdout.readline().startswith("core path")
    p.stdout.close()
    assert p.communicate()[1] == ""


@pytest.mark.parametrize("path, text, breaches", [
    ("kernel/softirq.c", "#include <linux/netdevice.h>\n", 1),
    ("kernel/softirq.c", "#include <linux/list.h>\n", 0),
    ("kernel/irq/proc.c", "#include <linux/proc_fs.h>\n", 0),
    ("kernel/irq/handle.c", "#include <linux/proc_fs.h>\n", 1),
    ("kernel/main.c", '#include "../drivers/net/e1000.h"\n', 1),
    ("drivers/net/e1000_main.c", '#include "e1000.h"\n#include <linux/pci.h>\n', 0),
    ("kernel/time/tick.c", 'void f(void) { asm volatile("nop"); }\n', 1),
    ("kernel/time/tick.c", 'void f(void) { asm volatile("" ::: "memory"); }\n', 0),
    ("kernel/x86/cpu.c", 'void f(void) { asm volatile("nop"); }\n', 0),
    ("kernel/x86/cpu.c", 'void f(void) { asm volatile("sti; hlt"); }\n', 1),
    ("include/asm/irqflags.h", 'static inline void f(void) { asm volatile("sti"); }\n', 0),
    ("kernel/entry/entry.S", "\tcli\n", 0),
    ("kernel/x86/switch.S", "\tpopfq\n", 1),
    ("kernel/x86/switch.S", "\t/* cli would be wrong here */\n\tret\n", 0),
])
def test_layers(tree, path, text, breaches):
    assert len(list(load("check-layers").check(tree(path, text)))) == breaches


GOOD = "/* SPDX-License-Identifier: MIT */\n/*\n * What it is.\n */\nint a;\n"


@pytest.mark.parametrize("text, remarks", [
    (GOOD, 0), ("int a;\n", 1), (GOOD.replace("/*\n * What it is.\n */\n", "int a;\n" * 80), 1), (GOOD + "/* TODO: b */\n", 1), (GOOD + "int b; \n", 1), (GOOD + "\n" * 800, 1),
    (GOOD + "int " + "b" * 97 + ";\n", 1), (GOOD + "int b;" + " " * 85 + "/* a table's column */\n", 0),
    (GOOD + 'char *s = "' + "b" * 95 + '";\n', 0), (GOOD + 'char *s = "' + "b" * 115 + '";\n', 1),
    (GOOD + "void f(void)\n{\n        g();\n}\n", 1), (GOOD + "void f(void)\n{\n \tg();\n}\n", 1),
    (GOOD + '/* [SDM 3A] 1.2 "A" */\n', 0), (GOOD + '/* [XYZ] 1.2 "A" */\n', 1),
])
def test_style(tree, text, remarks):
    assert len(list(load("check-style").check(tree("kernel/a.c", text), {"SDM 3A"}))) == remarks


FORMATTED = """\
/* What it is. */
#define TWICE(x)	((x)+(x))	/* macros are their writer's */

struct table {
	unsigned long	jiffies;	/* columns are, too */
	char		*name, **list;
	u8		low:4, high:4;
};

static int f(struct table *t, int n)
{
	int cpu, sum = t ? n : -n;

	for_each_cpu(cpu, t->mask) {
		if (n > 0 && cpu == n)
			sum += g(cpu) * 2;
		else if (!n)
			goto out;
		sum += h(cpu,
		    n);		/* continued lines stand where one reads them best */
	}
	switch (n) {
	case 1:
		sum = ~(u16)n ?: 1;
	}
out:
	return (int)sum;
}
"""


@pytest.fixture
def formatted(tree):
    """formatted(text): lines with a breach."""
    module = load("check-format")
    cfg = tree("uncrustify.cfg", (ROOT / "scripts/uncrustify.cfg").read_text() + "set FOR for_each_cpu\n")

    def run(text):
        source.text.cache_clear()
        return [line for line, _ in module.check(tree("kernel/a.c", text), str(source.ROOT / cfg))]
    return run


def test_what_is_formatted_is_left_alone(formatted):
    assert formatted(FORMATTED) == []


@pytest.mark.parametrize("good, bad", [
    ("if (n > 0", "if(n > 0"), ("g(cpu)", "g (cpu)"), ("g(cpu)", "g( cpu )"), ("* 2", "*2"), ("sum += g", "sum+= g"),
    ("n > 0", "n>0"), ("&& cpu == n", "&&cpu==n"), ("(cpu, t->mask) {", "(cpu,t->mask) {"), ("t->mask) {", "t->mask){"),
    ("t->mask) {", "t->mask)\n\t{"), ("int n)\n{", "int n) {"), ("return (int)sum", "return(int)sum"),
    ("(int)sum", "(int) sum"), ("\t\tsum += h", "\tsum += h"), ("\t\t\tgoto", "\t\tgoto"), ("\tcase 1", "\t\tcase 1"),
    ("out:", "\tout:"), ("struct table *t", "struct table* t"), ("? n :", "?n:"), ("-n;\n\n", "-n;\n\n\n"), ("-n;", "-n ;"),
    ("cpu, sum", "cpu,sum"),
])
def test_what_is_not_formatted_is_found_where_it_is(formatted, good, bad):
    assert FORMATTED.count(good) == 1
    at = FORMATTED[:FORMATTED.index(good)].count("\n") + 1
    found = formatted(FORMATTED.replace(good, bad))
    assert found and all(at <= line <= at + 2 for line in found), found


def test_a_breach_of_format_fails_make_check(tmp_path):
    """The step as make check runs it: file, line, exit status 1."""
    bad = tmp_path / "bad.c"
    bad.write_text(FORMATTED.replace("if (n > 0", "if(n > 0"))
    done = subprocess.run([ROOT / "scripts/check-format", bad], capture_output=True, text=True)
    assert done.returncode == 1 and "%s:15: should be: if (n > 0" % bad in done.stdout, done.stdout
    assert " format" in (ROOT / "scripts/check").read_text().split("for c in")[1].split(";")[0]


def test_facts_ids_come_from_the_front_of_a_name():
    ids = load("check-facts").ids_of
    assert ids("Q9_ten_passes") == ["Q9"] and ids("Q9_Q10_limits") == ["Q9", "Q10"]
    assert ids("test_K1_named") == ["K1"] and ids("plain_L1") == []


def test_every_fact_in_scope_has_a_row():
    facts = load("check-facts")
    assert [i for i in facts.wanted() if i not in facts.rows()] == []
