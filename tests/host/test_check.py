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
    (GOOD + '/* [SDM 3A] 1.2 "A" */\n', 0), (GOOD + '/* [XYZ] 1.2 "A" */\n', 1),
])
def test_style(tree, text, remarks):
    assert len(list(load("check-style").check(tree("kernel/a.c", text), {"SDM 3A"}))) == remarks


def test_facts_ids_come_from_the_front_of_a_name():
    ids = load("check-facts").ids_of
    assert ids("Q9_ten_passes") == ["Q9"] and ids("Q9_Q10_limits") == ["Q9", "Q10"]
    assert ids("test_K1_named") == ["K1"] and ids("plain_L1") == []


def test_every_fact_in_scope_has_a_row():
    facts = load("check-facts")
    assert [i for i in facts.wanted() if i not in facts.rows()] == []
