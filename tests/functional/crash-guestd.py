#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""crash-guestd.py SOCKET: makes the process that runs in a virtual machine crash, through qemu's debugging port: stops the
CPU until it is found outside of the kernel, and lets it go on at address 0."""
import socket
import sys
import time

RIP, CS = slice(16 * 8, 17 * 8), slice(17 * 8 + 4, 17 * 8 + 8)  # in the reply to `g`: 16 registers, rip, eflags, cs
USER = 3

port = socket.socket(socket.AF_UNIX)
port.settimeout(10)
port.connect(sys.argv[1])


def receive_byte():
    byte = port.recv(1)
    if not byte:
        raise ConnectionResetError("the hypervisor has closed the connection")
    return byte


def receive():
    """The next packet's text; what comes before its `$` are acknowledgements."""
    while receive_byte() != b"$":
        pass
    text = b""
    while (byte := receive_byte()) != b"#":
        text += byte
    receive_byte()
    receive_byte()
    port.sendall(b"+")
    return text.decode()


def send(text):
    port.sendall(b"$%s#%02x" % (text.encode(), sum(text.encode()) % 256))


def ask(text):
    """The answer; notes that the machine has stopped ("T02...") may come before it."""
    send(text)
    while (reply := receive()).startswith("T"):
        pass
    return reply


for _ in range(500):  # connecting has stopped the machine
    registers = bytes.fromhex(ask("g"))
    if int.from_bytes(registers[CS], "little") & 3 == USER:
        break
    send("c")
    time.sleep(0.01)
    port.sendall(b"\x03")
else:
    sys.exit("never outside of the kernel")
if ask("G" + (registers[:RIP.start] + bytes(8) + registers[RIP.stop:]).hex()) != "OK":
    sys.exit("the registers cannot be set")
try:
    ask("D")
except ConnectionError:
    pass  # the machine goes on before the answer comes, and it may have powered off by now
