# SPDX-License-Identifier: MIT
"""Modules: built by make M=DIR, loaded, used, unloaded; what is wrong with one is named, and harms nobody else.

The modules are in tests/host/modules; they are ordinary Linux modules.
"""
import hashlib
import os
import random
import re
import shutil
import struct
import subprocess

import pytest

from conftest import ROOT

MAGIC = b"bh-sha2\n"
TAIL = len(MAGIC) + 32


def make(directory, *args):
    return subprocess.run(["make", "-C", str(ROOT), "M=%s" % directory, *args], capture_output=True, text=True)


@pytest.fixture(scope="module", params=["debug", "release"])
def build(request, tmp_path_factory):
    """(variant, directory with the built modules)"""
    d = tmp_path_factory.mktemp("modules") / "m"
    shutil.copytree(ROOT / "tests/host/modules", d)
    done = make(d, "BUILD=" + request.param, "KCFLAGS=-Werror")
    assert done.returncode == 0, done.stdout + done.stderr
    return request.param, d


@pytest.fixture
def insmod(vm, build):
    """insmod(commands, *modules, status=…): run shell commands on a machine that carries these modules."""
    variant, d = build

    def run(commands, *modules, status=0, options=()):
        files = [a for m in modules for a in ("--module", d / m if isinstance(m, str) else m)]
        done = vm(commands, "--build", variant, "--seed", 1, *files, *options, status=status)
        done.lines = [re.sub(r"^\[ *\d+\.\d+\] ", "", x) for x in done.log.splitlines()]
        return done
    return run


def sealed(body):
    return body + MAGIC + hashlib.sha256(body).digest()


def test_a_module_lives(insmod):
    done = insmod("insmod calc.ko factor=3 name=alice loud list=5,6; insmod calc_user.ko; lsmod; rmmod calc; "
                  "rmmod calc_user calc; lsmod", "calc.ko", "calc_user.ko", status=1)
    assert "calc: factor 3 name alice loud 1 list 2: 5,6 per-CPU sum 400 word two" in done.lines
    assert "calc_user: 63" in done.lines
    assert "calc: 401 calls, in_bss[21] 1" in done.lines
    assert re.search(r"^calc +\d+  1 calc_user\ncalc_user +\d+  0\nrmmod", done.out, re.M), done.out
    assert "rmmod: Module calc is in use" in done.out + done.err
    assert done.out.endswith("Used by\n")


@pytest.mark.parametrize("args, why", [
    ("factor=many", "calc: `many' invalid for parameter `factor' (-EINVAL)"),
    ("list=1,2,3,4,5", "calc: `1,2,3,4,5' too large for parameter `list'"),
    ("factor", "calc: `' invalid for parameter `factor' (-EINVAL)"),
])
def test_parameters_are_checked(insmod, args, why):
    done = insmod("insmod calc.ko %s; lsmod; insmod calc.ko; lsmod" % args, "calc.ko", status=1)
    assert why in done.lines
    assert done.out.count("calc ") == 1, "the second one alone is loaded"


def test_unknown_parameters_are_ignored(insmod):
    done = insmod("insmod calc.ko bogus=1 factor=3 flag; lsmod; rmmod calc; insmod calc.ko bogus=1 factor=many; lsmod", "calc.ko", status=1)
    assert [x for x in done.lines if "unknown" in x] == ["calc: unknown parameter 'bogus' ignored", "calc: unknown parameter 'flag' ignored",
                                                         "calc: unknown parameter 'bogus' ignored"], done
    assert any(x.startswith("calc: factor 3 ") for x in done.lines)
    assert "calc: `many' invalid for parameter `factor' (-EINVAL)" in done.lines
    assert done.out.count("calc ") == 1, "the first one alone was loaded"


def test_what_is_missing_is_named(insmod):
    done = insmod("insmod calc_user.ko; insmod nowhere.ko; rmmod nothing; insmod calc.ko; insmod calc.ko", "calc.ko",
                  "calc_user.ko", status=1)
    assert "module: calc_user: Unknown symbol calc_scale (err -2)" in done.lines
    text = done.out + done.err
    assert "insmod: could not insert module calc_user.ko: Unknown symbol in module" in text
    assert "could not load module nowhere.ko: No such file or directory" in text and "calc_user.ko" in text
    assert "rmmod: Module nothing is not currently loaded" in text
    assert "insmod: could not insert module calc.ko: File exists" in text


def test_no_exit_no_way_out(insmod):
    done = insmod("insmod noexit.ko; rmmod noexit; lsmod", "noexit.ko", status=1)
    assert "module: noexit: it has no exit function" in done.lines
    assert re.search(r"^noexit +\d+  0$", done.out, re.M)


@pytest.mark.parametrize("what, said", [
    ("timer", "timer forgotten_timer [forgetful] is pending"),
    ("hrtimer", "hrtimer forgotten_hrtimer [forgetful] is pending"),
    ("irq", "irq 11 still has the handler forgotten_handler [forgetful]"),
    ("tasklet", "tasklet forgotten_tasklet [forgetful] is scheduled"),
    ("delayed_work", "timer delayed_work_timer_fn is pending"),
    ("work", "work forgotten_work [forgetful] is running"),
    ("thread", "thread forgotten (pid "),
    ("file", "the file or directory forgotten is registered"),
])
def test_what_is_left_behind_is_named_and_does_no_harm(insmod, what, said):
    done = insmod("insmod forgetful.ko what=%s; rmmod forgetful; lsmod; sleep 0.1; cat /proc/interrupts | wc -l; "
                  "insmod forgetful.ko" % what, "forgetful.ko", status=1)
    left = [x for x in done.lines if "has left behind" in x]
    assert len(left) == 1 and left[0].startswith("module: forgetful has left behind: " + said), left
    assert any("its memory stays" in x for x in done.lines)
    assert re.search(r"^forgetful +\d+  0 Unloading$", done.out, re.M)


@pytest.mark.parametrize("what, said", [
    ("timer", ["timer heap_timer [forgetful] is pending"]),
    ("hrtimer", ["hrtimer heap_hrtimer [forgetful] is pending"]),
    ("tasklet", ["tasklet heap_tasklet [forgetful] is scheduled"]),
    ("delayed_work", ["timer delayed_work_timer_fn is pending, of the delayed work heap_second [forgetful]"]),
    ("works", ["work heap_first [forgetful] is running", "work heap_second [forgetful] is pending"]),
    ("rcu", ["RCU callback heap_rcu [forgetful] is "]),		# pending or running
])
def test_what_is_left_in_memory_of_its_own_is_found_by_its_function(insmod, what, said):
    done = insmod("taskset 2 insmod forgetful.ko what=heap_%s; rmmod forgetful; lsmod; sleep 0.1; echo alive" % what,
                  "forgetful.ko", options=("--smp", 2), status=None)
    left = [x.partition("has left behind: ")[2] for x in done.lines if "has left behind" in x]
    assert len(left) == len(said) and all(x.startswith(s) for s, x in zip(said, left)), done
    assert re.search(r"^forgetful +\d+  0 Unloading$", done.out, re.M) and "alive" in done.out, done


def test_each_registered_thing_is_named(insmod):
    done = insmod("insmod forgetful.ko what=devices; rmmod forgetful; cat /dev/forgotten", "forgetful.ko", status=None)
    left = [x.partition("has left behind: ")[2] for x in done.lines if "has left behind" in x]
    for said in (r"PCI device 0000:00:\w+\.0 has its driver", r"misc device \d+ is registered",
                 r"character device \d+:0 is registered"):
        assert [x for x in left if re.match(said, x)], left


def test_an_open_file_pins_its_module_from_before_open_until_after_release(insmod, build):
    """The calls that pin and let go, in their order: the entry before its functions, the cdev away before the module."""
    if build[0] == "release":
        pytest.skip("no function tracer in a release build")
    t = "/sys/kernel/tracing/"
    done = insmod("insmod forgetful.ko what=devices; echo fs_walk fs_end try_module_get module_put cdev_put > %sset_ftrace_filter; "
                  "echo function > %scurrent_tracer; cat /dev/forgotten; echo 0 > %stracing_on; cat %strace; lsmod" % (t, t, t, t),
                  "forgetful.ko", status=1)
    assert any(re.search(r"released with [1-9]", x) for x in done.lines) and re.search(r"^forgetful +\d+  0$", done.out, re.M), done
    calls = re.findall(r": (\w+) <-(\w+)$", done.out, re.M)
    names = [name for name, _ in calls]
    at = names.index("cdev_put")
    assert calls[at - 1] != ("module_put", "free_file") and names[at:at + 3] == ["cdev_put", "module_put", "module_put"], calls
    first = names.index("try_module_get")
    assert names[first - 1] == "fs_walk" and "fs_end" in names[first:at], calls


def test_init_and_exit_run_where_the_command_may(insmod):
    done = insmod("".join("taskset %x insmod calc.ko; taskset %x rmmod calc; " % (1 << a, 1 << b) for a, b in [(3, 0), (1, 2), (0, 3)]) +
                  "taskset -p 4 0; taskset -p 0 & wait", "calc.ko", options=("--smp", 4))
    assert [x[6:] for x in done.lines if " on CPU " in x] == [
        "%s on CPU %d" % (what, cpu) for pair in [(3, 0), (1, 2), (0, 3)] for what, cpu in zip(("init", "exit"), pair)]
    assert re.findall(r"current affinity mask: (\w+)$", done.out, re.M) == ["f", "4"], done.out


FLOOD = "netflood -n 1000000 -r 100000 -s 64 & sleep 1; "		# the link needs half a second


def went(done, n):
    """What was pending at each of n moments at which busy.ko was let go. Idle: it came and went between two bursts."""
    assert done.out.splitlines()[1:] == ["Module                  Size  Used by"]
    said = [re.fullmatch(r"busy: pending (\d(?=.*counted)|0(?=.*idle)), then 0; (counted|idle)", x) for x in done.lines if x.startswith("busy: ")]
    assert len(said) == n and all(said), done.lines
    assert not [x for x in done.lines if "left" in x]
    return [int(m[1]) for m in said]


@pytest.mark.parametrize("smp", [1, 4])
def test_unloaded_at_every_moment_under_interrupts(insmod, smp):
    """A hundred moments, 29 us apart, of a line that interrupts all the time."""
    done = insmod(FLOOD + "".join("insmod busy.ko after=%d; rmmod busy; " % (29 * i) for i in range(100)) + "lsmod",
                  "busy.ko", options=("--smp", smp))
    assert sum(p & 1 for p in went(done, 100)) > 50			# the timer


def test_unloaded_with_each_thing_pending(insmod):
    """The timer, the tasklet, the item: seen from another CPU, which is where the last two are seen at all."""
    wanted = [1, 2, 4] * 10
    done = insmod(FLOOD + "".join("insmod busy.ko want=%d; taskset 2 rmmod busy; " % w for w in wanted) + "lsmod",
                  "busy.ko", options=("--smp", 4))
    assert all(p & w for p, w in zip(went(done, len(wanted)), wanted)), done.lines


def test_unloaded_in_the_wrong_order_under_interrupts(insmod):
    done = insmod(FLOOD + "insmod busy.ko hasty=1; rmmod busy; lsmod", "busy.ko", options=("--smp", 4))
    left = [x for x in done.lines if "has left behind" in x]
    assert len(left) == 1 and left[0].startswith("module: busy has left behind: timer busy_timer [busy] is pending"), left
    assert re.search(r"^busy +\d+  0 Unloading$", done.out, re.M)


def test_nothing_is_left_behind_again_and_again(insmod):
    done = insmod("insmod forgetful.ko; rmmod forgetful; " * 40 + "lsmod", "forgetful.ko")
    assert not [x for x in done.lines if "left" in x]
    assert done.out == "Module                  Size  Used by\n"


@pytest.mark.parametrize("how, said, lives", [
    ("oops", "RIP: 0010:wild+", True), ("text", "RIP: 0010:rude_init+", True), ("const", "RIP: 0010:rude_init+", True),
    ("timer", "RIP: 0010:wild+", False), ("irq_work", "RIP: 0010:wild+", False), ("irq", "RIP: 0010:wild+", False),
])
def test_a_crash_names_the_module(insmod, how, said, lives):
    done = insmod("insmod rude.ko how=%s; %s; sleep 0.1; lsmod; rmmod rude; echo alive" % (
        how, "netflood -n 100 -r 1000 -s 64" if how == "irq" else "true"), "rude.ko", status=3)
    rip = [x for x in done.lines if x.startswith(said)]
    assert how != "irq" or any("rude_handler" in x for x in done.lines), done
    assert rip and rip[0].endswith("[rude]"), done
    assert ("alive" in done.out) == lives
    if lives:
        assert re.search(r"^rude +\d+  0 Loading$", done.out, re.M)
        assert "module: rude: its init has not returned" in done.lines
    else:
        assert any("Fatal exception in interrupt" in x for x in done.lines)
    if how == "text":
        assert any("module text" in x for x in done.lines)


def test_an_init_that_never_returns(insmod):
    done = insmod("insmod rude.ko how=loop & sleep 0.2; lsmod; rmmod rude; echo alive", "rude.ko", status=1)
    assert "alive" in done.out and re.search(r"^rude +\d+  0 Loading$", done.out, re.M)


@pytest.mark.parametrize("how, said", [
    ("fail", "could not insert module rude.ko: No such device"),
    ("positive", None), ("leak", None),
])
def test_an_init_that_returns_oddly(insmod, how, said):
    done = insmod("insmod rude.ko how=%s; lsmod" % how, "rude.ko", status=None)
    if said:
        assert said in done.out + done.err and "rude " not in done.out.split("Used by")[1]
    if how == "positive":
        assert any("'rude'->init suspiciously returned 7" in x for x in done.lines)
    if how == "leak":
        assert any("init of module rude returned with" in x for x in done.lines)


def test_lockdep_forgets_the_classes_of_an_unloaded_module(insmod, build):
    """Also when it is off, and its files list what it knew."""
    if build[0] == "release":
        pytest.skip("no lockdep in a release build")
    done = insmod("insmod rude.ko how=lock; cat /proc/lockdep; demo order; rmmod rude; echo gone; cat /proc/lockdep "
                  "/proc/lockdep_chains /proc/lock_stat; echo alive", "rude.ko", status=3)
    before, after = done.out.split("gone\n")
    assert re.search(r"^\w{16} FD.*: lock$", before, re.M) and not re.search(r"^\w{16} FD.*: lock$", after, re.M), str(done)
    assert "(unloaded module)" not in after and after.endswith("alive\n") and "Oops" not in done.log, str(done)


# ---- files that do not fit ----

def cpio(files):
    """A newc archive of {name: bytes}."""
    out = b""
    for i, (name, data) in enumerate(list(files.items()) + [("TRAILER!!!", b"")]):
        fields = [i + 1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name.encode() + b"\0"
        for part in (head, data):
            out += part + b"\0" * (-len(part) % 4)
    return out


def replaced(data, old, new):
    assert data.count(old) == 1 and len(old) == len(new), old
    return sealed(data[:-TAIL].replace(old, new))


def test_what_does_not_fit_is_refused_with_the_reason(insmod, build, tmp_path):
    variant, d = build
    calc = (d / "calc.ko").read_bytes()
    user = (d / "calc_user.ko").read_bytes()
    other = "release" if variant == "debug" else "debug"
    files = {
        "machine.ko": (calc[:18] + b"\xb7" + calc[19:], "it is for another machine than x86-64"),
        "program.ko": (calc[:16] + b"\x02" + calc[17:], "no relocatable object"),
        "text.ko": (b"hello, world\n" * 50, "no ELF file"),
        "empty.ko": (b"", "no ELF file"),
        "half.ko": (calc[:len(calc) // 2], "its section table ends beyond the file; is it cut off?"),
        "tail.ko": (calc[:-1], "is it cut off?"),
        "flip.ko": (calc[:2000] + bytes([calc[2000] ^ 1]) + calc[2001:], "the file is damaged"),
        "magic.ko": (replaced(calc, b" mod_unload " + variant.encode() + b"\0",
                              b" mod_unload " + other[:len(variant)].encode().ljust(len(variant), b"x") + b"\0"),
                     "should be '6.12.0-bottomhalf SMP preempt mod_unload %s'" % variant),
        "license.ko": (replaced(user, b"license=GPL\0", b"license=BSD\0"),
                       "Unknown symbol calc_scale (err -1): it is for GPL modules"),
        "twice.ko": (replaced(calc, b"name=calc\0", b"name=clac\0"), "clac: exports duplicate symbol calc_scale (owned by calc)"),
    }
    archive = tmp_path / "bad.cpio"
    archive.write_bytes(cpio({name: data for name, (data, _) in files.items()}))
    done = insmod("insmod calc.ko; lsmod; " + "; ".join("insmod " + name for name in files) + "; lsmod",
                  "calc.ko", archive, status=1)
    said = [x for x in done.lines if x.startswith("module: ") and "taints" not in x]
    assert len(said) == len(files), "\n".join(said)
    for (name, (_, why)), line in zip(files.items(), said):
        assert why in line, "%s: %s" % (name, line)
    assert done.out.count("calc ") == 2, "nobody else came, and calc stayed"


def test_two_that_come_at_once_do_not_export_the_same(insmod, build, tmp_path):
    """The first one's init has not returned when the second is looked at; nobody may use it yet."""
    twice = replaced((build[1] / "calc.ko").read_bytes(), b"name=calc\0", b"name=clac\0")
    archive = tmp_path / "twice.cpio"
    archive.write_bytes(cpio({"twice.ko": twice}))
    done = insmod("insmod calc.ko nap=1000 & sleep 0.2; insmod twice.ko; insmod calc_user.ko; wait; lsmod; insmod calc_user.ko; lsmod",
                  "calc.ko", "calc_user.ko", archive, status=None)
    said = [x for x in done.lines if x.startswith("module: ")]
    assert said == ["module: clac: exports duplicate symbol calc_scale (owned by calc)",
                    "module: calc_user: Unknown symbol calc_scale (err -2)"], done
    assert "could not insert module twice.ko: Invalid module format" in done.out + done.err
    assert "clac " not in done.out and re.search(r"^calc +\d+  1 calc_user$", done.out, re.M), done


SYMTAB, STRTAB, RELA, NOBITS, REL = 2, 3, 4, 8, 9
ALLOC = 2


def sections(data):
    """[(offset of its header, type, flags, offset, size, sh_info)] of an object's sections."""
    shoff, = struct.unpack_from("<Q", data, 40)
    shnum, = struct.unpack_from("<H", data, 60)
    return [(at, *struct.unpack_from("<IQ8xQQ4xI", data, at + 4)) for at in range(shoff, shoff + 64 * shnum, 64)]


def name_of(data, section):
    """The name of one of sections(data)."""
    names = sections(data)[struct.unpack_from("<H", data, 62)[0]][3] + struct.unpack_from("<I", data, section[0])[0]
    return data[names:data.index(b"\0", names)].decode()


def loaded_relocations(data):
    """The sections of relocations that the loader applies: those of what is loaded."""
    all_of_them = sections(data)
    return [s for s in all_of_them if s[1] == RELA and all_of_them[s[5]][2] & ALLOC]


def patched(data, *changes):
    """(offset, format, value)… written over a module's bytes, under a good checksum."""
    body = bytearray(data[:-TAIL])
    for at, form, value in changes:
        struct.pack_into("<" + form, body, at, value)
    return sealed(bytes(body))


def refused(insmod, good, files, tmp_path, name):
    """{name: (changes of the good module, why)}: each is refused for its reason, and the good one is loaded."""
    archive = tmp_path / "bad.cpio"
    archive.write_bytes(cpio({name: patched(good, *changes) for name, (changes, _) in files.items()}))
    done = insmod("; ".join("insmod " + bad for bad in files) + "; insmod %s; lsmod" % name, name, archive, status=1)
    said = [x for x in done.lines if x.startswith("module: ")]
    assert len(said) == len(files), done
    for (bad, (_, why)), line in zip(files.items(), said):
        assert why in line, "%s: %s" % (bad, line)
    assert re.fullmatch(name[:-3] + r" +\d+  0\n", done.out.partition("Used by\n")[2]), "the good one is loaded, and no other"


def test_relocations_that_do_not_fit_are_refused_with_the_reason(insmod, build, tmp_path):
    good = (build[1] / "table.ko").read_bytes()
    header, _, _, first, _, target = loaded_relocations(good)[0]
    files = {
        "type.ko": ([(first + 8, "I", 200)], "relocation of type 200 at .text+0x"),
        "far.ko": ([(first, "Q", 1 << 40)], "+0x10000000000: outside the section"),
        "last.ko": ([(first, "Q", sections(good)[target][4] - 3)], ": outside the section"),
        "nowhere.ko": ([(first + 12, "I", 1 << 20)], ": against a symbol that is nowhere"),
        "wide.ko": ([(first + 8, "I", 10), (first + 16, "q", 1 << 40)], ": the value does not fit"),
        "form.ko": ([(header + 56, "Q", 16)], "the relocations of .text have an unknown form"),
        "rel.ko": ([(header + 4, "I", REL)], "it has relocations without addends, which x86-64 does not use"),
        "empty.ko": ([(sections(good)[target][0] + 4, "I", NOBITS)], ".text has relocations and no bytes"),
    }
    refused(insmod, good, files, tmp_path, "table.ko")


def test_a_section_that_stands_for_none_is_not_believed(insmod, build, tmp_path):
    good = (build[1] / "table.ko").read_bytes()
    zero = sections(good)[0][0]
    symtab = next(s for s in sections(good) if s[1] == SYMTAB)
    rela = loaded_relocations(good)[0]
    beyond = [(zero + 4, "I", STRTAB), (zero + 24, "Q", 1 << 40), (zero + 32, "Q", 64)]
    empty = "its section 0, which stands for none, is not empty"
    files = {
        "names.ko": ([(62, "H", 0)] + beyond, empty),
        "symbols.ko": ([(symtab[0] + 40, "I", 0)] + beyond, empty),
        "table0.ko": ([(rela[0] + 40, "I", 0), (zero + 4, "I", SYMTAB)], empty),
        "size.ko": ([(zero + 32, "Q", 64)], empty),
        "names0.ko": ([(62, "H", 0)], "its section names are missing"),
        "symbols0.ko": ([(symtab[0] + 40, "I", 0)], "its symbol names are missing"),
        "none.ko": ([(symtab[0] + 32, "Q", 0)], "it has no symbol table"),
    }
    refused(insmod, good, files, tmp_path, "table.ko")


def test_exports_that_do_not_fit_are_refused_with_the_reason(insmod, build, tmp_path):
    good = (build[1] / "calc.ko").read_bytes()
    named = {name_of(good, s): s for s in sections(good)}
    table, strings = named["__ksymtab"], named[".rodata"]
    rela = named[".rela__ksymtab"][3]				# of the address, of the name
    params = named["__param"]
    symbol = named[".symtab"][3] + 24 * struct.unpack_from("<I", good, rela + 24 + 12)[0]
    place, = struct.unpack_from("<Q", good, symbol + 8)
    last = strings[3] + strings[4] - 1
    files = {
        "size.ko": ([(table[0] + 32, "Q", 20)], "section __ksymtab (20 bytes) is no table of entries of 24 bytes"),
        "many.ko": ([(params[0] + 32, "Q", params[4] + 8)], "section __param (%d bytes) is no table of entries of 40" % (params[4] + 8)),
        "null.ko": ([(rela + 24 + 8, "I", 0)], "the name of its export 0 is no string in the module"),
        "name.ko": ([(rela + 24 + 16, "q", 1 << 33)], "the name of its export 0 is no string in the module"),
        "before.ko": ([(rela + 24 + 16, "q", -(1 << 20))], "the name of its export 0 is no string in the module"),
        "end.ko": ([(rela + 24 + 16, "q", strings[4] - 1 - place), (last, "B", 0x78)],
                   "the name of its export 0 is no string in the module"),
        "nothing.ko": ([(rela + 8, "I", 0)], "exports calc_scale, which lies outside the module"),
        "value.ko": ([(rela + 16, "q", 1 << 24)], "exports calc_scale, which lies outside the module"),
    }
    refused(insmod, good, files, tmp_path, "calc.ko")


def test_a_module_that_does_not_link_keeps_no_per_cpu_room(insmod, build, tmp_path):
    """1 KiB of the 32 that there are, 100 times for a relocation, 100 times for a symbol that is nowhere."""
    good = (build[1] / "table.ko").read_bytes()
    percpu = next(s for s in sections(good) if name_of(good, s) == ".data..percpu")
    large = patched(good, (percpu[0] + 32, "Q", 1024))
    files = {"large.ko": large, "reloc.ko": patched(large, (loaded_relocations(good)[0][3] + 8, "I", 200)),
             "unknown.ko": sealed(large[:-TAIL].replace(b"\0scnprintf\0", b"\0scnprontf\0"))}
    archive = tmp_path / "large.cpio"
    archive.write_bytes(cpio(files))
    done = insmod("insmod reloc.ko; insmod unknown.ko; " * 100 + "insmod large.ko; lsmod", archive, status=1)
    assert len([x for x in done.lines if "relocation of type 200" in x]) == 100, done
    assert len([x for x in done.lines if "Unknown symbol scnprontf (err -2)" in x]) == 100, done
    assert done.out.splitlines()[-1].startswith("table "), done


def mutants(data, rng, n):
    """Objects with hostile structure and a good checksum: headers, section table, relocations, symbols changed."""
    places = list(range(16, 64)) * 3
    for base, kind, _, offset, size, _ in sections(data):
        places += list(range(base + 4, base + 64))
        if kind == SYMTAB:
            places += range(offset, offset + size)
    for _, _, _, offset, size, _ in loaded_relocations(data):
        places += range(offset, offset + size)
    values = [0, 1, 0x7F, 0x80, 0xFF]
    for _ in range(n):
        m = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            at = rng.choice(places)
            m[at] = rng.choice(values + [m[at] ^ 1 << rng.randint(0, 7)])
        yield bytes(m)


def test_two_hundred_mutated_modules(insmod, build, tmp_path):
    """Half of them damaged on the way (the checksum says so), half of them lies with a good checksum."""
    rng = random.Random(12)
    good = (build[1] / "table.ko").read_bytes()
    files = {}
    for i in range(100):
        m = bytearray(good)
        for _ in range(rng.randint(1, 8)):
            m[rng.randrange(len(m))] ^= 1 << rng.randint(0, 7)
        files["d%d.ko" % i] = bytes(m) if i % 4 else bytes(m[:rng.randrange(len(m))])
    for i, m in enumerate(mutants(good[:-TAIL], rng, 100)):
        files["m%d.ko" % i] = sealed(m)
    archive = tmp_path / "mutants.cpio"
    archive.write_bytes(cpio(files))
    done = insmod("\n".join("insmod %s; rmmod table" % name for name in files) + "\necho alive", archive, status=None)
    assert done.status in (0, 1), done
    assert "alive" in done.out
    assert not re.search(r"BUG:|WARNING:|Oops", done.log), done


def test_out_of_the_tree_and_between_the_kernels(tmp_path):
    """Linux's habits in a Makefile: KERNELRELEASE, ccflags-y, NAME-objs, targets of its own; and clean."""
    (tmp_path / "a-b.c").write_text('#include <linux/module.h>\n#include <linux/version.h>\n#if !defined(SEEN) || LINUX_VERSION_CODE < 1\n#error\n'
                                    '#endif\nMODULE_LICENSE("GPL");\n')
    (tmp_path / "Makefile").write_text(
        "ifneq ($(KERNELRELEASE),)\nobj-m += a-b.o\nccflags-y += -DSEEN\nelse\nall:\n\t$(MAKE) -C " + str(ROOT) +
        " M=$(CURDIR) modules\nclean:\n\t$(MAKE) -C " + str(ROOT) + " M=$(CURDIR) clean\nendif\n")
    done = subprocess.run(["make", "-C", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"name=a_b\0" in (tmp_path / "a-b.ko").read_bytes()
    assert subprocess.run(["make", "-C", str(tmp_path), "clean"], capture_output=True).returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["Makefile", "a-b.c"]


@pytest.mark.parametrize("body, why", [
    ("void open_softirq(int, void *); void f(void); void f(void) { open_softirq(1, 0); }", 'ERROR: modpost: "open_softirq" [x.ko] undefined!'),
    ("", "ERROR: modpost: missing MODULE_LICENSE() in x"),
])
def test_modpost_says_what_is_wrong(tmp_path, body, why):
    lic = 'MODULE_LICENSE("GPL");\n' if body else ""
    (tmp_path / "x.c").write_text("#include <linux/module.h>\n" + lic + body + "\n")
    (tmp_path / "Makefile").write_text("obj-m := x.o\n")
    done = make(tmp_path)
    assert done.returncode and why in done.stderr
    assert not (tmp_path / "x.ko").exists()
