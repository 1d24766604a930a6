# SPDX-License-Identifier: MIT
"""Packets from the host: echo through the user-mode network, exact accounting over a lossless cable."""
import os
import re
import socket
import struct
import threading
import time

import pytest

from bh import machine
from conftest import until

pytestmark = pytest.mark.boot

HOST_IP, GUEST_IP = "10.0.2.2", machine.GUEST_IP
HOST_MAC, GUEST_MAC = bytes.fromhex("525400123402"), bytes.fromhex("525400123456")


def udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Echo(socket.socket):
    """
    A socket to a new machine's echo, which has answered. What comes before the link is up is lost, and QEMU waits for
    one second until the machine has said who it is: a slow host asks again.
    """

    def __init__(self, guest, *options):
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        port = udp_port()
        self.guest = guest("--smp", 4, "--udp", "%d:7" % port, *options)
        self.connect(("127.0.0.1", port))
        self.settimeout(1)
        until(self.answers)
        self.settimeout(10)

    def answers(self):
        try:
            self.send(b"?")
            return self.recv(2000) == b"?"
        except (TimeoutError, ConnectionRefusedError):
            return False

    def echo(self, text):
        self.send(text)
        while (back := self.recv(2000)) == b"?":
            pass
        return back


def test_each_line_comes_back(guest):
    """What nc -u shows: send, receive the same."""
    with Echo(guest) as s:
        for text in (b"hello\n", b"x", b"y" * 1400):
            assert s.echo(text) == text
    assert rx_of(s.guest) >= 3


def test_echo_with_threadirqs(guest):
    """The NIC's handler in irq/N-eth0, the poll in ksoftirqd, and each line comes back all the same."""
    with Echo(guest, "--append", "threadirqs") as s:
        for text in (b"hello\n", b"y" * 1400):
            assert s.echo(text) == text
    g = s.guest
    irq = nic_irq(g)[0]
    assert re.search(r"FF +50 .* irq/%d-eth0" % irq, g.cmd("ps"))
    assert re.search(r"NET_RX: .*[1-9]", g.cmd("cat /proc/softirqs"))


def nic_irq(g):
    """(irq number, counts per CPU) of the e1000 line."""
    line = next(l for l in g.cmd("cat /proc/interrupts").splitlines() if "eth0" in l)
    f = line.split()
    return int(f[0].rstrip(":")), [int(x) for x in f[1:5]]


def net_rx(g):
    """NET_RX's row of /proc/softirqs: how often its handler ran, per CPU."""
    return [int(x) for x in re.search(r"NET_RX:((?: +\d+)+)", g.cmd("cat /proc/softirqs"))[1].split()]


def rx_of(g):
    return int(re.search(r"eth0: *(\d+) +(\d+)", g.cmd("cat /proc/net/dev"))[2])


def test_interrupts_and_softirqs_move_with_smp_affinity(guest):
    with Echo(guest) as s:
        g = s.guest
        irq, _ = nic_irq(g)

        def echo(n):
            for i in range(n):
                s.echo(b"%d" % i)
        for cpu in (2, 3, 1):
            g.cmd("echo %x > /proc/irq/%d/smp_affinity" % (1 << cpu, irq))
            echo(5)				# the move happens in one of these
            before, softirqs = nic_irq(g)[1], net_rx(g)
            echo(40)
            after = nic_irq(g)[1]
            moved = [b - a for a, b in zip(before, after)]
            ran = [b - a for a, b in zip(softirqs, net_rx(g))]
            assert ran[cpu] >= 1 and sum(ran) == ran[cpu], (cpu, ran)
            # One interrupt may serve several echoes: the next request can come in while the poll still runs.
            assert moved[cpu] >= 1 and sum(moved) == moved[cpu], (cpu, before, after)
            assert g.cmd("cat /proc/irq/%d/effective_affinity" % irq).strip().lstrip("0,") == "%x" % (1 << cpu)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(payload, port=7, source=40000):
    """One UDP datagram to the guest as an Ethernet frame."""
    udp = struct.pack("!HHHH", source, port, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(HOST_IP),
                     socket.inet_aton(GUEST_IP))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return GUEST_MAC + HOST_MAC + b"\x08\x00" + ip + udp


class Cable:
    """The host's end of --net dgram: answers ARP, counts replies, draining all the time."""

    def __init__(self, directory):
        self.guest_end = os.path.join(directory, "guest")
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sock.bind(os.path.join(directory, "host"))
        self.sock.settimeout(0.2)
        self.out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.out.settimeout(60)			# a full queue blocks: nothing is lost on this cable
        self.udp = self.other = self.arp = 0
        self.running = True
        self.thread = threading.Thread(target=self.drain)
        self.thread.start()

    def drain(self):
        while self.running:
            try:
                f = self.sock.recv(2048)
            except socket.timeout:
                continue
            if f[12:14] == b"\x08\x06" and f[20:22] == b"\0\1":
                self.arp += 1
                reply = f[6:12] + HOST_MAC + f[12:20] + b"\0\2" + HOST_MAC + f[38:42] + f[22:32]
                self.send(reply)
            elif f[12:14] == b"\x08\x00" and f[23] == 17:
                self.udp += 1
            else:
                self.other += 1

    def send(self, f):
        self.out.sendto(f, self.guest_end)

    def close(self):
        self.running = False
        self.thread.join()
        self.sock.close()


def settle(read, done):
    """What read() gives once it is done(), or in the end: an answer is on the cable before the guest counts it."""
    for _ in range(100):
        s = read()
        if done(s):
            break
        time.sleep(0.1)
    return s


@pytest.fixture
def cable(tmp_path):
    c = Cable(str(tmp_path))
    yield c, tmp_path
    c.close()


def test_malformed_frames_are_counted_not_echoed(guest, cable):
    """Short, lying and cut headers: the machine goes on and answers the next good one."""
    c, d = cable
    g = guest("--smp", 2, "--net", "dgram:%s" % d)
    good = frame(b"good")
    for bad in (good[:10], good[:14], good[:20], good[:30], good[:36], good[:12] + b"\x08\x06" + b"\0" * 10,
                good[:14] + b"\x65" + good[15:], good[:14] + b"\x4f" + good[15:], good[:16] + b"\xff\xff" + good[18:],
                good[:38] + b"\xff\xff" + good[40:], good[:38] + b"\0\1" + good[40:], good[:24] + b"\0\0" + good[26:],
                good[:12] + b"\x12\x34" + good[14:], b"\xff" * 6 + good[6:12] + b"\x08\x06" + b"\xff" * 28, b"",
                os.urandom(60), os.urandom(1500)):
        if bad:
            c.send(bad)
    c.send(good)
    for _ in range(100):
        if c.udp:
            break
        time.sleep(0.1)
    assert c.udp == 1
    assert g.cmd("echo alive").endswith("alive\n")


def test_fragments_are_refused_and_counted(guest, cable):
    """A datagram in three pieces, many times: each piece ends in drop_ip_fragment, none is answered or kept."""
    c, d = cable
    g = guest("--smp", 2, "--net", "dgram:%s" % d)
    whole = frame(b"f" * 3000)
    header, body = whole[14:34], whole[34:]
    for _ in range(200):
        for at in range(0, len(body), 1480):
            piece, more = body[at:at + 1480], 0x2000 if at + 1480 < len(body) else 0
            ip = header[:2] + struct.pack("!HHH", 20 + len(piece), 7, more | at // 8) + header[8:10] + b"\0\0" + header[12:]
            c.send(whole[:14] + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + piece)
    c.send(frame(b"good"))
    for _ in range(100):
        if c.udp:
            break
        time.sleep(0.1)

    def counters():
        g.cmd("cat /proc/net/e1000_stats")		# takes the sent answer out of the ring
        return dict(line.split() for line in g.cmd("cat /proc/net/counters").splitlines())
    s = settle(counters, lambda s: s["sum_of_ends"] == "601" and s["skb_in_use"] == "512")
    assert s["drop_ip_fragment"] == "600" and s["echoed"] == "1" and c.udp == 1
    assert s["rx_frames"] == s["sum_of_ends"] == "601" and s["skb_in_use"] == "512"


def chip(g):
    """The NIC's and the driver's counters."""
    return {m[1]: int(m[2]) for m in re.finditer(r"^ +(\w+): (\d+)$", g.cmd("cat /proc/net/e1000_stats"), re.M)}


def test_oversized_frames_end_in_the_chip_and_are_counted_there(guest, cable):
    """Longer than 1522 bytes: ROC, one each; what is shorter passes, and what follows is answered."""
    c, d = cable
    g = guest("--smp", 2, "--net", "dgram:%s" % d)
    before = chip(g)
    fits, too_long = (60, 1400, 1514, 1522), (1523, 1600, 9000, 16000)
    for pair in zip(too_long, fits):
        for size in pair:
            c.send(frame(b"x").ljust(size, b"\0"))	# the datagram is short: the rest is padding
    for _ in range(100):
        if c.udp == len(fits):
            break
        time.sleep(0.1)
    gained = settle(lambda: {k: v - before[k] for k, v in chip(g).items()},
                    lambda s: s["rx_packets"] == s["tx_packets"] == len(fits))
    assert gained["roc"] == gained["rx_errors"] == len(too_long), gained
    assert c.udp == gained["gprc"] == gained["rx_packets"] == gained["tx_packets"] == len(fits), gained
    assert gained["rx_bytes"] == sum(fits) and gained["rlec"] == gained["ruc"] == 0, gained
    columns = re.search(r"eth0:(.*)", g.cmd("cat /proc/net/dev"))[1].split()
    assert (columns[2], columns[3], columns[5]) == ("4", "0", "4"), columns		# errs, drop, frame


def packets(pcap):
    """The frames of a classic pcap file of Ethernet, [draft-ietf-opsawg-pcap]."""
    magic, major, minor, _, _, _, link = struct.unpack_from("<IHHiIII", pcap)
    assert (magic, major, minor, link) == (0xa1b2c3d4, 2, 4, 1)
    at, frames = 24, []
    while at < len(pcap):
        _, _, captured, length = struct.unpack_from("<IIII", pcap, at)
        assert captured == length
        frames.append(pcap[at + 16:at + 16 + captured])
        at += 16 + captured
    assert at == len(pcap)
    return frames


def test_pcap_has_every_frame(vm, tmp_path):
    """The NIC's own counts of a ping and its ARP are the file's."""
    file = tmp_path / "wire.pcap"
    out = vm("sleep 1; ping -c 1 10.0.2.2; cat /proc/net/e1000_stats", "--smp", 1, "--pcap", file).out
    assert "1 received" in out
    frames = packets(file.read_bytes())
    sent = [f for f in frames if f[6:12] == GUEST_MAC]
    came = [f for f in frames if f[6:12] != GUEST_MAC]
    for kind, one_way in ((8, sent), (0, came)):		# echo, and its answer
        assert len([f for f in one_way if f[12:14] == b"\x08\x00" and f[23] == 1 and f[34] == kind]) == 1, frames
    assert {len(sent)} == {int(n) for n in re.findall(r"(?:gptc|tx_packets): +(\d+)", out)}, out
    assert {len(came)} == {int(n) for n in re.findall(r"(?:gprc|rx_packets): +(\d+)", out)}, out


def test_what_is_for_everybody_is_sent_to_everybody(vm, tmp_path):
    """255.255.255.255 is on no network: the gateway names the device, but is not asked for and does not get it."""
    file = tmp_path / "wire.pcap"
    vm("sleep 1; udpsend 255.255.255.255 9 hello || udpsend 10.0.2.255 9 hello || true", "--smp", 1, "--pcap", file)
    sent = [f for f in packets(file.read_bytes()) if f[6:14] == GUEST_MAC + b"\x08\x00"]	# no ARP: qemu asks for us
    assert [f[:6] for f in sent] == [b"\xff" * 6] * 2, sent
    assert [f[30:34] for f in sent] == [bytes([255] * 4), bytes([10, 0, 2, 255])], sent
