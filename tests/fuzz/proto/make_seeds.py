#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of the fuzzers in this directory, from the description of the API. Usage: make_seeds.py SEEDS-DIRECTORY

The seeds are in the tree; run this again after adding calls. One well-formed request and reply for each daemon call,
and the fixed parts of messages, in XDR made here, not by the code under test.
"""

import pathlib
import shutil
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "api"))
import description


def word(value):
    return struct.pack(">I", value)


def opaque(data):
    return word(len(data)) + data + bytes(-len(data) % 4)


def header(proc, direction, optargs=0, status=0, program=0x2000F5F5):
    return struct.pack(">IIIIIQQI", program, 4, proc, direction, 0x00123400, 0, optargs, status)


def framed(data):
    return word(len(data)) + data


def chunk(data, cancel=0):
    return framed(word(cancel) + opaque(data))


def field(kind):
    return {"string": opaque(b"text"), "buffer": opaque(b"a\0b"), "uuid": b"0123456789abcdef" * 2,
            "int64": struct.pack(">q", -1), "uint64": struct.pack(">Q", 1 << 40), "bytes": struct.pack(">Q", 512),
            "percent": struct.pack(">f", 50.0), "bool": word(1), "char": word(ord("d"))}.get(kind, word(7))


def one_struct(api, name):
    return b"".join(field(part.type) for part in api.struct(name).fields)


def argument(api, arg):
    if arg.type == "StructList":
        return word(2) + 2 * one_struct(api, arg.extra)
    return {"Int": word(3), "Int64": struct.pack(">q", 1 << 33), "Bool": word(1), "BufferIn": opaque(b"da\0ta"),
            "StringList": word(2) + opaque(b"one") + opaque(b""), "FileIn": b"", "FileOut": b"",
            "FileName": opaque(b"name"), "Pathname": opaque(b"/etc/fstab"),
            "GUID": opaque(b"C12A7328-F81F-11D2-BA4B-00A0C93EC93B")}.get(arg.type, opaque(b"/dev/sda1"))


def optional(arg):
    return {"Int": word(3), "Int64": bytes(8), "Bool": word(1), "StringList": word(1) + opaque(b"x")}.get(
        arg.type, opaque(b"md5"))


def returned(api, returns):
    if returns.type == "Struct":
        return one_struct(api, returns.kinds[0])
    if returns.type == "StructList":
        return word(2) + 2 * one_struct(api, returns.kinds[0])
    return {"none": b"", "Int": word(5), "Int64": bytes(8), "Bool": word(0), "Buffer": opaque(b"\0bytes"),
            "StringList": word(1) + opaque(b"/dev/sda"), "Hashtable": word(2) + opaque(b"/dev/sda1") + opaque(b"xfs"),
            }.get(returns.type, opaque(b"text"))


LATE = 0x80  # the function fails after its work, not before


def request(api, call, mask=0, ending=0, **other):
    """The byte that says how the function ends (see fuzz_xdr_request.cc), and the call with the arguments of argument(),
    but for those that `other` gives by their type."""
    mask |= sum(1 << arg.bit for arg in call.optional)
    body = b"".join(other.get(arg.type, argument(api, arg)) for arg in call.args)
    body += b"".join(optional(arg) for arg in call.optional)
    data = framed(header(call.proc, 0, mask) + body)
    return bytes([ending]) + data + (chunk(b"file") + chunk(b"") if call.has("FileIn") else b"")


def checked(path=b"/etc", name=b"fstab", guid=b"C12A7328-F81F-11D2-BA4B-00A0C93EC93B"):
    """A call of the fuzzer's own procedure, which takes one argument of each type that is checked."""
    return bytes(1) + framed(header(0xFFFF, 0) + opaque(path) + opaque(name) + opaque(guid))


def refused_requests(api, calls):
    """What call.cc has a rule for: arguments that are not what their type promises, unknown numbers and bits, and
    functions that end by each kind of exception."""
    def with_argument(kind):
        return next(call for call in calls if call.has(kind))

    path_call = with_argument("Pathname")
    seeds = {
        "unknown": bytes(1) + framed(header(9999, 0)),
        "unknown-0": bytes(1) + framed(header(0, 0)),
        "unknown-optional": request(api, path_call, mask=1 << 63),
        "wrong-program": bytes(1) + framed(header(1, 0, program=1)),
        "wrong-direction": bytes(1) + framed(header(1, 1)),
        "damaged-header": bytes(1) + framed(header(1, 7)),
        "too-short": bytes(1) + framed(b"1234"),
        "too-long": bytes(1) + word(4 << 20 | 1),
        "ends-early": bytes(1) + framed(header(1, 0))[:-1],
        "left-over": request(api, path_call, Pathname=opaque(b"/etc") + word(0)),
        "path-relative": request(api, path_call, Pathname=opaque(b"etc/fstab")),
        "checked": checked(),
    }
    for index, path in enumerate((b"", b"etc", b"a\x1b[31m\xff")):
        seeds[f"checked-path-{index}"] = checked(path=path)
    for index, name in enumerate((b"", b".", b"..", b"a/b")):
        seeds[f"checked-name-{index}"] = checked(name=name)
    for index, guid in enumerate((b"", b"C12A7328", b"C12A7328-F81F-11D2-BA4B-00A0C93EC93G",
                                  b"C12A7328+F81F-11D2-BA4B-00A0C93EC93B")):
        seeds[f"checked-guid-{index}"] = checked(guid=guid)
    for ending in range(1, 13):
        seeds[f"fails-{ending}"] = request(api, path_call, ending=ending)
    upload = request(api, with_argument("FileIn"))[:-28]
    seeds |= {
        "chunk-too-long": upload + word(1 << 20),
        "chunk-damaged": upload + framed(word(2) + opaque(b"")),
        "chunk-missing": upload,
        "cancelled-at-once": request(api, with_argument("FileOut")) + word(0xFFFFEEEE),
    }
    for kind in ("FileIn", "FileOut"):
        seeds[f"fails-{kind}-at-once"] = request(api, with_argument(kind), ending=2)
        seeds[f"fails-{kind}-late"] = request(api, with_argument(kind), ending=2 | LATE)
    return seeds


def reply(api, call):
    chunks = chunk(b"file") + chunk(b"") if call.has("FileOut") else b""
    return struct.pack(">HBB", call.proc, 0, 0) + returned(api, call.returns) + chunks


def write_seeds(directory, seeds):
    directory.mkdir(parents=True)
    for name, data in seeds.items():
        (directory / name).write_bytes(data)


def main(top):
    api = description.load(pathlib.Path(__file__).resolve().parents[3] / "api")
    calls = sorted(api.at("daemon"), key=lambda call: call.proc)
    shutil.rmtree(top, ignore_errors=True)
    requests = {call.name: request(api, call) for call in calls}
    requests |= refused_requests(api, calls)
    requests |= {
        "cancelled-upload": requests["upload"][:-12] + chunk(b"", 1),
        "two-requests": requests["list_devices"] + word(0xFFFFEEEE) + requests["sync"][1:],
    }
    write_seeds(top / "xdr_request", requests)
    replies = {call.name: reply(api, call) for call in calls}
    error = opaque(b"ENOENT") + opaque(b"/x: No such file or directory")
    raw_error = framed(header(calls[0].proc, 1, 0, 1) + error)
    progress = word(0xFFFF5555) + struct.pack(">IIQQ", calls[0].proc, 0x00123400, 1, 2)
    download = next(call.proc for call in calls if call.name == "download")
    replies |= {
        "error": struct.pack(">HBB", calls[0].proc, 2, 0) + error,
        "raw-progress-error": struct.pack(">HBB", calls[0].proc, 1, 0) + progress + raw_error,
        "raw-cancel": struct.pack(">HBB", calls[0].proc, 1, 1) + word(0xFFFFEEEE) + raw_error,
        "raw-launch": struct.pack(">HBB", calls[0].proc, 1, 0) + word(0xF5F55FF5),
        "cancelled-download": struct.pack(">HBB", download, 0, 0) + chunk(b"part") + chunk(error, 1),
    }
    write_seeds(top / "xdr_reply", replies)
    statns, dirent, xattr = (one_struct(api, name) for name in ("statns", "dirent", "xattr"))
    write_seeds(top / "host_calls", {
        "read_file": b"\0bytes", "read_lines": b"\1one\r\ntwo\n\nlast", "ls": b"\2b\0a\0", "find": b"\3a\0a/b\0",
        "ls-cut": b"\2b", "readdir": b"\4" + 2 * dirent, "stat": b"\5" + statns, "lstat": b"\6" + statns,
        "lstatnslist": b"\7" + word(2) + 2 * statns, "lstatnslist-one": b"\7" + word(1) + statns,
        "readlinklist": b"\x08" + word(2) + opaque(b"one") + opaque(b""), "lxattrlist": b"\x09" + word(2) + 2 * xattr,
    })
    write_seeds(top / "message", {
        "header": b"\0" + header(1, 1),
        "error": b"\1" + error,
        "chunk": b"\2" + word(0) + opaque(b"data"),
        "progress": b"\3" + struct.pack(">IIQQ", 1, 2, 3, 4),
        "script": bytes([25, 0, 1, 2, 3, 4, 5, 6, 7, 8]) + word(1) + bytes(8) + word(1) + word(65) + opaque(b"ab") +
                  opaque(b"cd") + word(1) + opaque(b"e") + word(2) + opaque(b"k") + opaque(b"v") + b"12345\0\0\0",
    })


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
