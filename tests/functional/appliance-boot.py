#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Boots the appliance with plain qemu, no library of ours: it must say the launch word, answer a call, refuse a bad one in
words, and switch the machine off, with the reason on the console, when the two ends no longer agree on the stream."""
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

BUILD = os.environ["GLOVEBOX_BUILD"]
APPLIANCE = os.path.join(BUILD, "share/glovebox")
DEADLINE_SECONDS = 60


def number_of(call):
    with open(os.path.join(BUILD, "api/guestd/dispatch.cc")) as dispatch:
        return int(re.search(r'\{(\d+), \{\.name = "%s"' % call, dispatch.read())[1])


def start_qemu(channel, console):
    return subprocess.Popen([
        "qemu-system-x86_64", "-machine", "q35,accel=tcg", "-cpu", "max", "-m", "512", "-nodefaults", "-no-user-config",
        "-no-reboot", "-display", "none", "-kernel", f"{APPLIANCE}/kernel", "-initrd", f"{APPLIANCE}/initrd",
        "-append", "console=ttyS0 quiet panic=-1 no_timer_check cryptomgr.notests mitigations=off",
        "-serial", f"file:{console}", "-device", "virtio-scsi-pci", "-device", "virtio-serial-pci,id=serial",
        "-chardev", f"socket,id=rpc,fd={channel.fileno()}",
        "-device", "virtserialport,chardev=rpc,bus=serial.0,name=org.glovebox.rpc",
        "-drive", f"if=none,id=root,file={APPLIANCE}/root,format=raw,readonly=on", "-device", "virtio-blk-pci,drive=root",
        "-blockdev", "null-co,node-name=transfer,size=8388608,read-zeroes=on",
        "-device", "virtio-blk-pci,drive=transfer,serial=transfer"], pass_fds=[channel.fileno()])


class Channel:
    def __init__(self, sock):
        self.socket = sock
        self.serial = 0x00123400

    def read(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError("the appliance closed the channel")
            data += piece
        return data

    def word(self):
        return struct.unpack(">I", self.read(4))[0]

    def call(self, name, arguments):
        """The status and the body of the reply."""
        self.serial += 1
        header = struct.pack(">IIIIIQQI", 0x2000F5F5, 4, number_of(name), 0, self.serial, 0, 0, 0)
        self.socket.sendall(struct.pack(">I", len(header + arguments)) + header + arguments)
        while (length := self.word()) == 0xFFFF5555:
            self.read(24)
        reply = self.read(length)
        return struct.unpack(">I", reply[36:40])[0], reply[40:]


def start_arguments(entropy):
    return struct.pack(">qI", time.time_ns(), len(entropy)) + entropy + struct.pack(">I", 0)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def run(channel, qemu, console):
    check(channel.word() == 0xF5F55FF5, "the first word is not the launch word")
    status, body = channel.call("internal_start", start_arguments(os.urandom(32)))
    check(status == 1 and b"the entropy is not 64 bytes" in body, f"too little entropy was taken: {body}")
    status, body = channel.call("internal_start", start_arguments(os.urandom(64)))
    check(status == 0, f"internal_start failed: {body}")
    status, body = channel.call("list_devices", b"")
    check((status, body) == (0, b"\0\0\0\0"), f"there are devices without drives: {body}")
    channel.socket.sendall(struct.pack(">I", 40) + b"x" * 40)
    check(qemu.wait(10) == 0, "qemu did not end by itself")
    with open(console) as text:
        last = text.read()
    check("guestd: lost protocol synchronization" in last and "guestd exited with status 1" in last,
          f"the console does not say why: {last}")


def main():
    ours, theirs = socket.socketpair()
    ours.settimeout(DEADLINE_SECONDS)
    with tempfile.TemporaryDirectory() as work:
        console = os.path.join(work, "console")
        qemu = start_qemu(theirs, console)
        theirs.close()
        try:
            run(Channel(ours), qemu, console)
        except (AssertionError, EOFError, OSError, subprocess.TimeoutExpired) as error:
            shown = open(console).read() if os.path.exists(console) else ""
            sys.exit(f"appliance-boot: {error}\n{shown}")
        finally:
            qemu.kill()
            qemu.wait()


main()
