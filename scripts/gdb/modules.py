# SPDX-License-Identifier: MIT
"""modules - bh-modules: the symbols of loaded modules, from their files.

A module's sections lie where the kernel's loader puts them: by permission, in the order of the file, each kind from a
page on. A file whose symbols would not lie where the kernel has them is another build's, and is not believed.
"""
import pathlib
import struct

import gdb

import kernel as k
from commands import command

WRITE, ALLOC, EXEC = 1, 2, 4
PAGE = 4096
loaded = {}		# name: an address of it, by which gdb forgets it again


class File:
    """What is needed of an ELF object: its name as a module, its sections, its symbols."""

    def __init__(self, path):
        self.path, data = path, path.read_bytes()
        if data[:6] != b"\x7fELF\x02\x01":
            raise ValueError
        at, = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        raw = [struct.unpack_from("<IIQQQQIIQQ", data, at + i * size) for i in range(count)]

        def text(table, offset):
            start = raw[table][4] + offset
            return data[start:data.index(b"\0", start)].decode(errors="replace")
        # (name, flags, size, alignment)
        self.sections = [(text(names, s[0]), s[2], s[5], max(s[8], 1)) for s in raw]
        self.name = path.stem.replace("-", "_")
        self.symbols = []		# (name, section, offset)
        for (name, *_), s in zip(self.sections, raw):
            if name == ".modinfo":
                words = data[s[4]:s[4] + s[5]].decode(errors="replace").split("\0")
                self.name = next((w[5:] for w in words if w.startswith("name=")), self.name)
            if s[1] == 2:		# SHT_SYMTAB
                for offset in range(s[4], s[4] + s[5], 24):
                    n, _, _, section, value, _ = struct.unpack_from("<IBBHQQ", data, offset)
                    self.symbols.append((text(s[6], n), section, value))

    def places(self, base, percpu):
        """{section's number: address}, as the kernel's loader lays them out."""
        out, at = {}, base
        for kind in (EXEC, 0, WRITE):
            for i, (name, flags, size, align) in enumerate(self.sections):
                if not flags & ALLOC or not size or name == ".modinfo" or kind != (flags & EXEC or flags & WRITE):
                    continue
                if name == ".data..percpu":
                    out[i] = percpu
                    continue
                at = at + align - 1 & -align
                out[i] = at
                at += size
            at = at + PAGE - 1 & -PAGE
        return out


def modules():
    array = k.value("modules")
    for i in range(array.type.range()[1] + 1):
        if int(array[i]):
            yield array[i].dereference()


def files(words):
    """{module's name: its File} of the directories and files named."""
    found = {}
    for word in words:
        path = pathlib.Path(word).expanduser()
        if not path.exists():
            raise gdb.GdbError("there is no %s" % path)
        for ko in sorted(path.glob("*.ko")) if path.is_dir() else [path]:
            try:
                f = File(ko)
            except (OSError, ValueError, IndexError, struct.error):
                raise gdb.GdbError("%s is no module" % ko) from None
            found[f.name] = f
    return found


def fits(module, file, places):
    """The kernel knows each symbol of the module by the address that the file gives it."""
    ours = {(name, places[section] + offset) for name, section, offset in file.symbols if section in places}
    return all((k.string(module["symbol_names"] + int(s["name"])), int(s["addr"])) in ours
               for s in (module["symbols"][i] for i in range(int(module["nr_symbols"]))))


def add(module, file):
    places = file.places(int(module["base"]), int(module["percpu"]))
    if not fits(module, file, places):
        return "%s is not the file it was loaded from: built again, or for another kernel?" % file.path
    where = " ".join("-s %s %#x" % (file.sections[i][0], at) for i, at in places.items())
    gdb.execute('with confirm off -- add-symbol-file "%s" %s' % (file.path, where), to_string=True)
    loaded[file.name] = places[min(places)]
    return str(file.path)


@command("bh-modules", "[DIR...]")
def bh_modules(*where):
    """the loaded modules and where they lie; with directories (or files) of .ko: their symbols

    Again after another insmod or rmmod. To stop before a module's init runs: tbreak run_init"""
    here, known = list(modules()), files(where)
    for text in loaded.values() if where else ():
        try:
            gdb.execute("remove-symbol-file -a %#x" % text, to_string=True)
        except gdb.error:
            pass
    if where:
        loaded.clear()
    if not here:
        raise k.NotYet("no module is loaded yet; tbreak run_init stops when one is about to begin")
    for module in here:
        name = module["name"].string()
        said = add(module, known[name]) if name in known else "symbols are loaded" if name in loaded else "no %s.ko %s" % (
            name, "there" if where else "named: bh-modules DIR")
        print("%-16s %#x-%#x  %s" % (name, int(module["base"]), int(module["base"]) + int(module["size"]), said))
