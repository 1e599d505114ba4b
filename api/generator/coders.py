# SPDX-License-Identifier: GPL-2.0-or-later
"""XDR: what travels between library and guestd, and the coders of the structs."""

from generator.cxx import FIELDS, SCALARS, return_cxx
from generator.text import LGPL

# least number of bytes on the wire, to check list counts before memory is reserved
FIELD_WIRE_SIZE = {"uuid": 32, "int64": 8, "uint64": 8, "bytes": 8}


def wire_args(call):
    """The required arguments that travel in the message; files follow it as chunks."""
    return [arg for arg in call.args if arg.type not in ("FileIn", "FileOut")]


def read_expression(api, arg):
    """Reads a required argument from `in`."""
    if arg.type in SCALARS:
        return f"in.{SCALARS[arg.type][1]}()"
    if arg.type == "StructList":
        cxx = api.struct(arg.extra).cxx
        return f"proto::read_list<{cxx}>(in)"
    return {"BufferIn": "in.opaque()", "StringList": "in.strings()",
            "OptString": "in.optional_string()"}.get(arg.type, "in.string()")


def write_statement(arg):
    """Writes a required argument to `out`."""
    if arg.type in SCALARS:
        return f"out.{SCALARS[arg.type][1]}({arg.name});"
    if arg.type == "StructList":
        return f"proto::write_list(out, {arg.name});"
    method = {"BufferIn": "opaque", "StringList": "strings", "OptString": "optional_string"}.get(arg.type, "string")
    return f"out.{method}({arg.name});"


def optional_method(arg):
    return {"String": "string", "StringList": "strings"}.get(arg.type) or SCALARS[arg.type][1]


def read_return(api, returns):
    """Reads a reply from `in`."""
    if returns.type in SCALARS:
        return f"in.{SCALARS[returns.type][1]}()"
    if returns.type == "Struct":
        return f"proto::read_struct<{return_cxx(api, returns)}>(in)"
    if returns.type == "StructList":
        return f"proto::read_list<{api.struct(returns.kinds[0]).cxx}>(in)"
    return {"StringList": "in.strings()", "Hashtable": "in.pairs()",
            "Buffer": "std::string(in.opaque())"}.get(returns.type, "in.string()")


def write_return(returns, value):
    """Writes a reply to `out`."""
    if returns.type == "none":
        return f"{value};"
    if returns.type == "Struct":
        return f"proto::write(out, {value});"
    if returns.type == "StructList":
        return f"proto::write_list(out, {value});"
    if returns.type in SCALARS:
        return f"out.{SCALARS[returns.type][1]}({value});"
    method = {"StringList": "strings", "Hashtable": "pairs", "Buffer": "opaque"}.get(returns.type, "string")
    return f"out.{method}({value});"


def coders_h(api):
    out = LGPL + """//
// XDR coding of the structs of glovebox/structs.h. Reading throws Error(Corrupt) on anything that is not well-formed.
#pragma once

#include "glovebox/structs.h"
#include "proto/xdr.h"

namespace glovebox::proto {
"""
    for struct in api.structs:
        size = sum(FIELD_WIRE_SIZE.get(field.type, 4) for field in struct.fields)
        out += f"""
void write(XdrWriter& out, const {struct.cxx}& value);
void read(XdrReader& in, {struct.cxx}& value);
template <>
inline constexpr size_t kLeastWireSize<{struct.cxx}> = {size};
"""
    return out + "\n}  // namespace glovebox::proto\n"


def coders_cc(api):
    out = LGPL + '#include "proto/coders.h"\n\nnamespace glovebox::proto {\n'
    for struct in api.structs:
        writes = "".join(f"  out.{FIELDS[f.type][2].format('value.' + f.name)};\n" for f in struct.fields)
        reads = "".join(f"  value.{f.name} = {FIELDS[f.type][1]};\n" for f in struct.fields)
        out += f"\nvoid write(XdrWriter& out, const {struct.cxx}& value) {{\n{writes}}}\n"
        out += f"\nvoid read(XdrReader& in, {struct.cxx}& value) {{\n{reads}}}\n"
    return out + "\n}  // namespace glovebox::proto\n"
