# SPDX-License-Identifier: MIT
"""The API that modules see: the names that drivers and teaching modules use, with Linux's headers, and exported
to whom Linux exports them.

tests/host/api/ holds the modules; none is ever loaded, it is enough that they compile and link.
"""
import collections
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from bh import linux, source

API = pathlib.Path(__file__).resolve().parent / "api"
# Exported to all, though Linux 6.12 has _GPL: inline code of ours needs them where Linux's calls a function.
WIDER = {"debug_locks"}
# What Debian's kernel does not give to modules: built without KUnit and lockdep; the last one no kernel of 6.12 exports.
NOT_IN_DEBIANS = {"kunit_binary_assert_format", "__kunit_do_failed_assertion", "lockdep_is_held", "irq_work_queue_on"}


def table(name):
    """{key: its words}, from lines `key: word ...`; a key may come more than once."""
    words = collections.defaultdict(list)
    for line in (API / name).read_text().splitlines():
        if not line.startswith("#"):
            key, _, rest = line.partition(":")
            words[key] += rest.split()
    return words


def exported(variant):
    """{symbol: for GPL modules only?} of the built kernel."""
    kernel = pathlib.Path(source.ROOT) / "build" / variant / "bottomhalf.elf"
    if not kernel.exists():
        pytest.skip("no %s kernel is built" % variant)
    nm = subprocess.run([os.environ.get("NM", "nm"), kernel], capture_output=True, text=True, check=True).stdout
    return {m[2]: bool(m[1]) for m in re.finditer(r"__ksymtab_(gpl_)?(\w+)$", nm, re.M)}


@pytest.mark.parametrize("group", sorted(table("names")))
def test_every_name_is_used_by_its_file(group):
    words = set(re.findall(r"\w+", (API / (group + ".c")).read_text()))
    missing = [name for name in table("names")[group] if name not in words]
    assert not missing


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", ["api", "drivers"])
def test_every_file_compiles_for_linux(what, tmp_path):
    """With Debian's headers, where they are already: what is built here must not be ours alone."""
    have = linux.cached(linux.cache())
    if not have:
        pytest.skip("no headers of Linux are unpacked (make linux-labs fetches them)")
    d = tmp_path / "m"
    shutil.copytree(API.parent / what, d)
    try:
        good, said = linux.build(have, d, "-k", "-j2", "KBUILD_MODPOST_WARN=1",
                                 "KCFLAGS=-Wall -Werror -Wno-missing-prototypes -Wno-missing-declarations")
    except linux.Unavailable as e:
        pytest.skip(str(e))
    assert good, "\n".join(re.findall(r".* error: .*", said))
    assert set(re.findall(r'modpost: "(\w+)"', said)) <= NOT_IN_DEBIANS


@pytest.mark.parametrize("variant", ["debug", "release"])
def test_every_file_compiles_and_links(variant, tmp_path):
    """With -Wall -Werror, and so that modpost finds everything it needs among the exports."""
    exported(variant)
    d = tmp_path / "m"
    shutil.copytree(API, d)
    done = subprocess.run(["make", "-s", "-k", "M=%s" % d, "BUILD=" + variant], cwd=source.ROOT, capture_output=True,
                          text=True, env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
    assert done.returncode == 0, done.stderr[-4000:]
    built = {f.stem for f in d.glob("*.ko")}
    assert built == {f.stem for f in API.glob("*.c")}


@pytest.mark.parametrize("variant", ["debug", "release"])
def test_Q23_exported_as_linux_exports_it(variant):
    have, linux = exported(variant), table("exports")
    assert not [n for n in linux["none"] if n in have], "Linux keeps these from modules"
    assert not [n for n in linux["gpl"] if have.get(n) is False and n not in WIDER], "for GPL modules only"
    assert not [n for n in linux["any"] if have.get(n) is True], "for all modules"


@pytest.fixture
def syntax(tmp_path):
    """syntax(text): what the compiler says to a module with this text; "" if nothing."""
    (tmp_path / "Makefile").write_text("obj-m :=\n")
    make = subprocess.run(["make", "-s", "--eval=flags: ; @echo $(CC) $(MODFLAGS)", "flags", "M=%s" % tmp_path],
                          cwd=source.ROOT, capture_output=True, text=True, check=True)
    cc = make.stdout.splitlines()[-1].split() + ["-Werror", "-fsyntax-only", "-x", "c", "-"]
    return lambda text: subprocess.run(cc, input=text, cwd=source.ROOT, capture_output=True, text=True).stderr


@pytest.mark.parametrize("call", [
    "local_irq_save(flags)", "local_irq_restore(flags)", "local_save_flags(flags)", "spin_lock_irqsave(&l, flags)",
    "spin_unlock_irqrestore(&l, flags)", "spin_trylock_irqsave(&l, flags)", "raw_spin_lock_irqsave(&l.rlock, flags)",
    "raw_spin_unlock_irqrestore(&l.rlock, flags)", "raw_spin_trylock_irqsave(&l.rlock, flags)",
    "read_lock_irqsave(&r, flags)", "read_unlock_irqrestore(&r, flags)", "write_lock_irqsave(&r, flags)",
    "write_unlock_irqrestore(&r, flags)", "write_trylock_irqsave(&r, flags)", "write_seqlock_irqsave(&s, flags)",
    "write_sequnlock_irqrestore(&s, flags)", "read_seqlock_excl_irqsave(&s, flags)",
    "read_sequnlock_excl_irqrestore(&s, flags)"])
def test_flags_are_unsigned_long(call, syntax):
    text = """#include <linux/spinlock.h>
        #include <linux/rwlock.h>
        #include <linux/seqlock.h>
        extern spinlock_t l;
        extern rwlock_t r;
        extern seqlock_t s;
        void f(void);
        void f(void) { %s flags = 0; (void)flags; %s; }"""
    assert syntax(text % ("unsigned long", call)) == ""
    assert syntax(text % ("int", call)) != ""
