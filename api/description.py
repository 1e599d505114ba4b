# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and checks the description of the API: api/*.toml.

A file is a family of calls (`family`, `title`, [[call]]...), or holds structs ([[struct]], see structs.toml).

Keys of a call:
  name         as in guestfs.h, without "guestfs_"
  location     "daemon" (default): guestd answers; "host": a member of Calls written by hand in
               libcore/calls/host_calls.cc; "handle": written by hand in libcore/session, only described here
  proc         the procedure number of a daemon call. Those of the field's protocol are kept; ours begin at 1000
  visibility   "public" (default) or "internal": no part of the C ABI, the shell and the manual
  since        the version of the manual that has it first
  deprecated_by  the call to use instead
  args         "TYPE NAME" in order; BufferIn may name its C length argument ("BufferIn val vallen") when that is an
               int; "StructList NAME STRUCT" is for internal calls
  optional     "BIT TYPE NAME"
  once_had_no_optargs  true: the C name without _opts takes no optional arguments, NAME_opts does
  returns      "none", or "TYPE NAME [KIND...]": Bool, Int, Int64, Buffer, PlainString, Device, Mountable, GUID,
               StringList NAME KIND, Hashtable NAME KIND KIND, Struct NAME STRUCT, StructList NAME STRUCT
  progress     true: sends progress messages; its function in guestd gets a Progress&
  cancellable  true: stops early when the caller cancels
  copies       true: its file is the guest's bytes as they are: one that stands still for a minute is stuck, however busy
               the machine is
  config_only  true: fails once the handle is launched (calls of the handle only)
  self_traced  true: a call of location "handle" whose member of Handle traces itself
  untraced     true: never shown in a trace, because its arguments are secret
  test_errno   the errno name of the plainest failure: a name that is not there, or that is (mkdir)
  short, long  the manual's texts, in Markdown

planned/calls.toml names the calls that are symbols of the C library and nothing more yet: NAME = { since, args, ... } with
the keys above that C needs (args, optional, once_had_no_optargs, returns, since, deprecated_by).
"""

import dataclasses
import errno
import pathlib
import re
import tomllib

STRING_ARGS = ("PlainString", "Device", "Mountable", "Pathname", "Dev_or_Path", "Mountable_or_Path", "FileName",
               "GUID", "Key")
SCALAR_ARGS = ("Int", "Int64", "Bool")
ARGS = STRING_ARGS + SCALAR_ARGS + ("BufferIn", "StringList", "StructList", "FileIn", "FileOut", "OptString", "Pointer")
OPTIONAL_ARGS = ("Bool", "Int", "Int64", "String", "StringList")
STRING_KINDS = ("PlainString", "Device", "Mountable", "Pathname", "FileName", "GUID")
# Only for calls of location "handle": text that the handle keeps (and that may be missing), a pointer of the caller's.
HANDLE_RETURNS = ("ConstString", "Pointer")
RETURN_WORDS = {"Bool": 0, "Int": 0, "Int64": 0, "Buffer": 0, "StringList": 1, "Hashtable": 2, "Struct": 1,
                "StructList": 1} | {kind: 0 for kind in STRING_KINDS + HANDLE_RETURNS}
FIELDS = ("string", "buffer", "uuid", "int32", "uint32", "int64", "uint64", "bytes", "percent", "char", "bool")

CALL_KEYS = {"name", "location", "proc", "visibility", "since", "deprecated_by", "args", "optional",
             "once_had_no_optargs", "returns", "progress", "cancellable", "copies", "config_only", "self_traced", "untraced", "test_errno",
             "short", "long"}
STRUCT_KEYS = {"name", "cxx", "internal", "doc", "fields"}


class DescriptionError(Exception):
    """A mistake in the description; the text names the file and the call."""


@dataclasses.dataclass(frozen=True)
class Arg:
    type: str
    name: str
    extra: str = ""  # BufferIn: the C length argument; StructList: the struct


@dataclasses.dataclass(frozen=True)
class OptArg:
    bit: int
    type: str
    name: str


@dataclasses.dataclass(frozen=True)
class Return:
    type: str
    name: str = ""
    kinds: tuple = ()


@dataclasses.dataclass(frozen=True)
class Call:
    name: str
    family: str
    returns: Return
    location: str = "daemon"
    proc: int = 0
    visibility: str = "public"
    since: str = ""
    deprecated_by: str = ""
    args: tuple = ()
    optional: tuple = ()
    once_had_no_optargs: bool = False
    progress: bool = False
    cancellable: bool = False
    copies: bool = False
    config_only: bool = False
    self_traced: bool = False
    untraced: bool = False
    test_errno: str = ""
    short: str = ""
    long: str = ""

    def has(self, arg_type):
        return any(arg.type == arg_type for arg in self.args)


@dataclasses.dataclass(frozen=True)
class Field:
    type: str
    name: str


@dataclasses.dataclass(frozen=True)
class Struct:
    name: str
    cxx: str
    doc: str
    internal: bool
    fields: tuple


@dataclasses.dataclass(frozen=True)
class Api:
    families: tuple  # of (family, title)
    calls: tuple
    structs: tuple
    planned: tuple = ()  # calls that only exist as symbols of the C library

    def at(self, location):
        return [call for call in self.calls if call.location == location]

    def of_family(self, family):
        return [call for call in self.calls if call.family == family]

    def struct(self, name):
        return next(struct for struct in self.structs if struct.name == name)


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def fail_unless(condition, where, message):
    if not condition:
        raise DescriptionError(f"{where}: {message}")


def check_name(where, name):
    fail_unless(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", name), where, f"'{name}' is not a name")


def check_keys(where, table, allowed, required):
    for key in table:
        fail_unless(key in allowed, where, f"unknown key '{key}'")
    for key in required:
        fail_unless(key in table, where, f"key '{key}' is missing")


def parse_struct(file, table):
    where = f"{file}: struct {table.get('name', '?')}"
    check_keys(where, table, STRUCT_KEYS, ("name", "doc", "fields"))
    check_name(where, table["name"])
    fields = []
    for text in table["fields"]:
        words = text.split()
        fail_unless(len(words) == 2 and words[0] in FIELDS, where, f"field '{text}' is not 'TYPE NAME'")
        check_name(where, words[1])
        fail_unless(words[1] not in [field.name for field in fields], where, f"field '{words[1]}' appears twice")
        fail_unless(words[0] != "bool" or table.get("internal"), where, "only internal structs may hold a bool")
        fields.append(Field(*words))
    fail_unless(fields, where, "there are no fields")
    return Struct(table["name"], table.get("cxx", camel(table["name"])), table["doc"].strip(),
                  table.get("internal", False), tuple(fields))


def parse_args(where, texts):
    args = []
    for text in texts:
        words = text.split()
        extra = {"BufferIn": (2, 3), "StructList": (3,)}.get(words[0] if words else "", (2,))
        fail_unless(words and words[0] in ARGS and len(words) in extra, where,
                    f"argument '{text}' is not 'TYPE NAME' of a known type")
        check_name(where, words[1])
        args.append(Arg(*words))
    return tuple(args)


def parse_optional(where, texts):
    optional = []
    for text in texts:
        words = text.split()
        fail_unless(len(words) == 3 and words[0].isdigit() and words[1] in OPTIONAL_ARGS, where,
                    f"optional argument '{text}' is not 'BIT TYPE NAME' of a known type")
        check_name(where, words[2])
        fail_unless(int(words[0]) < 63, where, f"bit {words[0]} of '{words[2]}' is not in 0 to 62")
        optional.append(OptArg(int(words[0]), words[1], words[2]))
    for i, arg in enumerate(optional):
        fail_unless(arg.bit not in [other.bit for other in optional[:i]], where, f"bit {arg.bit} appears twice")
    return tuple(optional)


def parse_return(where, text):
    if text == "none":
        return Return("none")
    words = text.split()
    fail_unless(words and words[0] in RETURN_WORDS and len(words) == 2 + RETURN_WORDS[words[0]], where,
                f"'{text}' is not a return value")
    check_name(where, words[1])
    if words[0] in ("StringList", "Hashtable"):
        for kind in words[2:]:
            fail_unless(kind in STRING_KINDS, where, f"'{kind}' is not a kind of string")
    return Return(words[0], words[1], tuple(words[2:]))


def check_call(where, call, structs):
    check_name(where, call.name)
    fail_unless(call.location in ("daemon", "host", "handle"), where, f"no such location '{call.location}'")
    fail_unless(call.visibility in ("public", "internal"), where, f"no such visibility '{call.visibility}'")
    fail_unless((call.proc > 0) == (call.location == "daemon"), where, "daemon calls, and only they, have a proc")
    fail_unless(call.short and call.long, where, "the documentation is empty")
    names = [arg.name for arg in call.args + call.optional]
    for name in names:
        fail_unless(names.count(name) == 1, where, f"argument '{name}' appears twice")
        fail_unless(name not in ("app", "call", "in", "out", "optargs", "progress"), where,
                    f"argument name '{name}' is taken by generated code")
        fail_unless(name != call.name, where, "an argument has the name of the call")
    files = [arg for arg in call.args if arg.type in ("FileIn", "FileOut")]
    fail_unless(len(files) < 2, where, "a call sends or receives one file at most")
    fail_unless(not call.has("FileOut") or call.returns.type == "none", where, "a FileOut call returns none")
    fail_unless(not call.cancellable or files or call.progress, where,
                "a cancellable call needs a file or progress, which is where it notices")
    fail_unless(not call.copies or files, where, "a call that copies has a file")
    fail_unless(not call.config_only or call.location == "handle", where, "only calls of the handle can be config_only")
    fail_unless(not call.has("Pointer") or call.location == "handle", where, "a Pointer cannot leave the process")
    fail_unless(call.returns.type not in HANDLE_RETURNS or call.location == "handle", where,
                f"only calls of the handle return a {call.returns.type}")
    fail_unless(not call.has("StructList") or call.visibility == "internal", where, "StructList is for internal calls")
    fail_unless(not call.has("StructList") or call.untraced, where, "a StructList cannot be shown in a trace")
    fail_unless(not call.once_had_no_optargs or call.optional, where, "once_had_no_optargs without optional arguments")
    fail_unless(not call.test_errno or hasattr(errno, call.test_errno), where, f"no errno '{call.test_errno}'")
    used = [arg.extra for arg in call.args if arg.type == "StructList"]
    used += call.returns.kinds if call.returns.type.startswith("Struct") else ()
    for name in used:
        fail_unless(name in [struct.name for struct in structs], where, f"there is no struct '{name}'")


def parse_call(file, family, table, structs):
    where = f"{file}: call {table.get('name', '?')}"
    check_keys(where, table, CALL_KEYS, ("name", "since", "returns", "short", "long"))
    fields = dict(table, family=family, long=table["long"].strip(), args=parse_args(where, table.get("args", [])),
                  optional=parse_optional(where, table.get("optional", [])),
                  returns=parse_return(where, table["returns"]))
    call = Call(**fields)
    check_call(where, call, structs)
    return call


def read_toml(path):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DescriptionError(f"{path.name}: {error}") from error


def parse_planned(file, name, table, structs):
    where = f"{file}: call {name}"
    check_name(where, name)
    check_keys(where, table, {"since", "deprecated_by", "args", "optional", "once_had_no_optargs", "returns"}, ())
    call = Call(name=name, family="planned", location="planned", since=table.get("since", ""),
                visibility="internal" if name.startswith("internal_") else "public",
                deprecated_by=table.get("deprecated_by", ""), args=parse_args(where, table.get("args", [])),
                optional=parse_optional(where, table.get("optional", [])),
                once_had_no_optargs=table.get("once_had_no_optargs", False),
                returns=parse_return(where, table.get("returns", "none")))
    for struct in call.returns.kinds if call.returns.type.startswith("Struct") else ():
        fail_unless(struct in [s.name for s in structs], where, f"there is no struct '{struct}'")
    return call


def load_planned(path, structs):
    if not path.exists():
        return ()
    return tuple(parse_planned(path.name, name, table, structs) for name, table in read_toml(path).items())


def check_unique(calls, planned):
    by_name, by_proc = {}, {}
    for file, call in calls:
        where = f"{file}: call {call.name}"
        fail_unless(call.name not in by_name, where, f"also described in {by_name.get(call.name)}")
        by_name[call.name] = file
        if call.proc:
            fail_unless(call.proc not in by_proc, where, f"number {call.proc} is that of {by_proc.get(call.proc)}")
            by_proc[call.proc] = call.name
    # An internal call of ours may have the name of one of the field's library.
    described = [call.name for _, call in calls if call.visibility == "public"]
    stale = [call.name for call in planned if call.name in described]
    fail_unless(not stale, "planned/calls.toml", f"described elsewhere, so their lines must go: {' '.join(stale)}")
    for call in planned:
        by_name.setdefault(call.name, "planned/calls.toml")
    for file, call in calls + [("planned/calls.toml", call) for call in planned]:
        fail_unless(not call.deprecated_by or call.deprecated_by in {"nothing", *by_name}, f"{file}: call {call.name}",
                    f"deprecated by '{call.deprecated_by}', which is not described")


def load(directory):
    """The whole description as an Api, or DescriptionError."""
    tables = [(path.name, read_toml(path)) for path in sorted(pathlib.Path(directory).glob("*.toml"))]
    structs = []
    for file, table in tables:
        check_keys(file, table, {"family", "title", "call", "struct"}, ())
        structs += [parse_struct(file, entry) for entry in table.get("struct", [])]
    for struct in structs:
        fail_unless([s.name for s in structs].count(struct.name) == 1, f"struct {struct.name}", "described twice")
    families, calls = [], []
    for file, table in tables:
        if "call" not in table:
            continue
        check_keys(file, table, {"family", "title", "call", "struct"}, ("family", "title"))
        fail_unless(table["family"] + ".toml" == file, file, f"the family has another name: '{table['family']}'")
        families.append((table["family"], table["title"]))
        calls += [(file, parse_call(file, table["family"], entry, structs)) for entry in table["call"]]
    planned = load_planned(pathlib.Path(directory) / "planned/calls.toml", structs)
    check_unique(calls, planned)
    return Api(tuple(families), tuple(call for _, call in calls), tuple(structs), planned)
