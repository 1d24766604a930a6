# SPDX-License-Identifier: MIT
"""A Log as trace.dat, version 6 (man trace-cmd.dat.v6): trace-cmd report, --profile and KernelShark read it.

Fields have Linux's names and places, so that the plugins of those tools find them; an address that the text has as
a symbol stays text.
"""
import struct

from bh.tracelog import COMM, EVENTS, TEXT

PAGE = 4096
DATA = PAGE - 16			# of a page, behind its time and its length
SIZES = {"bool": 1, "int": 4, "unsigned int": 4, "pid_t": 4, "long": 8, "void *": 8, TEXT: 4, COMM: 16}
PACK = {"bool": "<B", "int": "<i", "unsigned int": "<I", "pid_t": "<i", "long": "<q", "void *": "<Q"}
SIGNED = ("int", "pid_t", "long")
COMMON = [("unsigned short", "common_type", 0, 2, 0), ("unsigned char", "common_flags", 2, 1, 0),
          ("unsigned char", "common_preempt_count", 3, 1, 0), ("int", "common_pid", 4, 4, 1)]
IDS = {name: 100 + i for i, name in enumerate(EVENTS)}
TIME_EXTEND, DELTA_BITS, LONG_RECORD = 30, 27, 28

HEADER_PAGE = ("\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
               "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
               "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
               "\tfield: char data;\toffset:16;\tsize:%d;\tsigned:1;\n" % DATA).encode()
HEADER_EVENT = (b"# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
                b"\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n"
                b"\ttime_stamp : type == 31\n\tdata max type_len  == 28\n")


def layout(kind):
    """[(type, name, offset, size)] and where strings begin: placed as a C struct's members."""
    out, at = [], 8
    for ctype, name in kind.fields:
        size = SIZES[ctype]
        at += -at % (1 if ctype == COMM else size)
        out.append((ctype, name, at, size))
        at += size
    return out, at


def format_text(name):
    kind = EVENTS[name]
    line = "\tfield:%s %s;\toffset:%d;\tsize:%d;\tsigned:%d;\n"
    fields = "".join(line % (*(("char", n + "[16]") if t == COMM else (t, n)), at, size, t in SIGNED)
                     for t, n, at, size in layout(kind)[0])
    return ("name: %s\nID: %d\nformat:\n%s\n%s\nprint fmt: %s\n" % (
        name, IDS[name], "".join(line % c for c in COMMON), fields, kind.print_fmt)).encode()


def common_flags(flags):
    """The latency column's first three characters, as bits."""
    return ((flags[0] in "dD") * 0x01 | (flags[0] in "bD") * 0x80 | (flags[1] in "Nn") * 0x04 |
            (flags[1] in "Np") * 0x20 | (flags[2] in "hHZ") * 0x08 | (flags[2] in "sH") * 0x10 |
            (flags[2] in "zZ") * 0x40)


def payload(e):
    fields, at = layout(EVENTS[e.name])
    depth = int(e.flags[3], 16) if e.flags[3] != "." else 0
    out = bytearray(at)
    struct.pack_into("<HBBi", out, 0, IDS[e.name], common_flags(e.flags), depth, e.pid)
    for ctype, name, where, size in fields:
        value = e.args[name]
        if ctype == TEXT:
            text = str(value).encode() + b"\0"
            struct.pack_into("<I", out, where, len(text) << 16 | len(out))
            out += text
        elif ctype == COMM:
            struct.pack_into("16s", out, where, value.encode()[:15])
        else:
            struct.pack_into(PACK[ctype], out, where, value)
    return bytes(out) + bytes(-len(out) % 4)


def record(data, delta):
    """An event behind the one @delta ns before it."""
    head = b""
    if delta >> DELTA_BITS:
        head = struct.pack("<II", TIME_EXTEND | (delta & (1 << DELTA_BITS) - 1) << 5, delta >> DELTA_BITS)
        delta = 0
    if len(data) // 4 <= LONG_RECORD:
        return head + struct.pack("<I", len(data) // 4 | delta << 5) + data
    return head + struct.pack("<II", delta << 5, len(data) + 4) + data


def pages(events):
    """One CPU's events as ring-buffer pages."""
    out, data, first, last = [], b"", 0, 0

    def page():
        return struct.pack("<QQ", first, len(data)) + data.ljust(DATA, b"\0")
    for e in events:
        new = record(payload(e), e.ts - last)
        if data and len(data) + len(new) > DATA:
            out.append(page())
            data = b""
        if not data:
            first, new = e.ts, record(payload(e), 0)
        data += new
        last = e.ts
    return b"".join(out + ([page()] if data else []))


def comms(log):
    names = {}
    for e in log.events:
        names[e.pid] = e.comm
        for prefix in ("prev_", "next_", ""):
            if prefix + "comm" in e.args:
                names[e.args[prefix + "pid"]] = e.args[prefix + "comm"]
    names[0] = "<idle>"
    return "".join("%d %s\n" % n for n in sorted(names.items())).encode()


def convert(log):
    def sized(data, code="<Q"):
        return struct.pack(code, len(data)) + data
    out = b"\x17\x08\x44tracing6\0" + bytes([0, 8]) + struct.pack("<I", PAGE)	# little endian, longs of 8 bytes
    out += b"header_page\0" + sized(HEADER_PAGE) + b"header_event\0" + sized(HEADER_EVENT)
    out += struct.pack("<I", 0)							# no ftrace/ formats
    systems = sorted({k.system for k in EVENTS.values()})
    out += struct.pack("<I", len(systems))
    for system in systems:
        names = [n for n, k in EVENTS.items() if k.system == system]
        out += system.encode() + b"\0" + struct.pack("<I", len(names)) + b"".join(sized(format_text(n)) for n in names)
    out += sized(b"", "<I") + sized(b"", "<I") + sized(comms(log))		# no kallsyms, no printk formats
    out += struct.pack("<I", log.cpus) + b"options  \0" + struct.pack("<H", 0) + b"flyrecord\0"
    blobs = [pages([e for e in log.events if e.cpu == c]) for c in range(log.cpus)]
    at = start = -(-(len(out) + 16 * log.cpus) // PAGE) * PAGE
    for blob in blobs:
        out += struct.pack("<QQ", at, len(blob))
        at += len(blob)
    return out.ljust(start, b"\0") + b"".join(blobs)
