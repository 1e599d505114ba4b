# SPDX-License-Identifier: GPL-2.0-or-later
"""The members of class Calls: they send the arguments to guestd and read its reply."""

from generator.coders import optional_method, read_return, wire_args, write_statement
from generator.cxx import SCALARS, optional_cxx, parameters, return_cxx
from generator.text import LGPL


def daemon_call_body(api, call):
    """Sends the arguments to guestd and reads its reply."""
    lines = [f"static constexpr CallInfo call = {call_info(call)};"]
    request = [".arguments = std::move(out).take()"] if wire_args(call) or call.optional else []
    if request:
        lines += ["proto::XdrWriter out;", "base::with_context(call.name, [&] {"]
        lines += [f"  {write_statement(arg)}" for arg in wire_args(call)]
        lines += [f"  out.{optional_method(arg)}(optargs.{arg.name}.value_or({optional_cxx(arg)}()));"
                  for arg in call.optional]
        lines.append("});")
    if call.optional:
        mask = " | ".join(f"(optargs.{arg.name} ? uint64_t{{1}} << {arg.bit} : 0)" for arg in call.optional)
        request.append(f".optargs_bitmask = {mask}")
    for arg in call.args:
        if arg.type in ("FileIn", "FileOut"):
            member = "file_in" if arg.type == "FileIn" else "file_out"
            request.append(f".{member} = &{arg.name}")
    transact = f"transact(call, {{{', '.join(request)}}})"
    if call.returns.type == "none":
        return lines + [f"calls::decode_reply(call, {transact}, [](proto::XdrReader&) {{}});"]
    value = read_return(api, call.returns)
    return lines + [f"return calls::decode_reply(call, {transact}, [](proto::XdrReader& in) {{ return {value}; }});"]


def host_call_body(call):
    values = [arg.name for arg in call.args] + (["optargs"] if call.optional else [])
    return [f"return emulated_{call.name}({', '.join(values)});"]


def traced_body(call, body, calls="*this"):
    """The same, telling the call and its result to whoever traces."""
    fails = "Null" if call.returns.type not in ("none", "Pointer", *SCALARS) else "MinusOne"
    lines = [f'calls::TracedCall trace({calls}, "{call.name}", calls::FailsWith::{fails});', "if (trace.on()) {"]
    for arg in call.args:
        method = {"BufferIn": "buffer_argument", "FileIn": "file_argument", "FileOut": "file_argument",
                  "OptString": "optional_argument", "Pointer": "pointer_argument"}.get(
            arg.type, "argument")
        if arg.type == "BufferIn" and arg.extra:  # two arguments in C, a text and its length
            lines += [f"  trace.line().argument({arg.name});", f"  trace.line().argument(std::ssize({arg.name}));"]
        else:
            lines.append("  trace.line().hidden_argument();" if arg.type == "Key" else f"  trace.line().{method}({arg.name});")
    lines += [f'  trace.line().optional("{arg.name}", optargs.{arg.name});' for arg in call.optional]
    lines += ["  trace.begin();", "}"]
    returns = call.returns
    shown = {"none": "result(0)", "Buffer": "buffer_result(value)"}.get(returns.type, "result(value)")
    if returns.type in ("Struct", "StructList"):
        method = "struct_result" if returns.type == "Struct" else "struct_list_result"
        shown = f'{method}("{returns.kinds[0]}", value, calls::{returns.kinds[0]}_fields)'
    void = returns.type == "none"
    body = body[:-1] + [("" if void else "auto value = ") + body[-1].removeprefix("return ")]
    lines += body + ["if (trace.on()) {", f"  trace.line().{shown};", "  trace.end();", "}"]
    return lines + ([] if void else ["return value;"])


def returned_structs(api):
    """The structs that a trace may have to show: those of C, and internal ones that a call returns."""
    returned = {call.returns.kinds[0] for call in api.at("daemon") if call.returns.type in ("Struct", "StructList")}
    return [struct for struct in api.structs if not struct.internal or struct.name in returned]


def trace_fields_h(api):
    """Functions that show the members of the structs that calls return."""
    out = LGPL + """//
// What a trace shows of each struct: TraceLine::struct_result() calls these.
#pragma once

#include "glovebox/structs.h"
#include "calls/trace.h"

namespace glovebox::calls {

"""
    out += "".join(f"void {struct.name}_fields(TraceLine& line, const {struct.cxx}& value);\n"
                   for struct in returned_structs(api))
    return out + "\n}  // namespace glovebox::calls\n"


def trace_fields_cc(api):
    out = LGPL + '#include "calls/trace_fields.h"\n\nnamespace glovebox::calls {\n'
    for struct in returned_structs(api):
        out += f"\nvoid {struct.name}_fields(TraceLine& line, const {struct.cxx}& value) {{\n"
        for field in struct.fields:
            method = "buffer_field" if field.type == "buffer" else "field"
            out += f'  line.{method}("{field.name}", value.{field.name});\n'
        out += "}\n"
    return out + "\n}  // namespace glovebox::calls\n"


def call_info(call):
    flags = ", ".join("true" if flag else "false" for flag in
                      (call.has("FileIn"), call.has("FileOut"), call.progress, call.cancellable, call.copies))
    return f'{{"{call.name}", {call.proc}, {flags}}}'


def daemon_calls_cc(api):
    rows = "".join(f"    {call_info(call)},\n" for call in sorted(api.at("daemon"), key=lambda call: call.proc))
    return LGPL + f"""#include "glovebox/calls.h"

namespace glovebox {{
namespace {{

constexpr CallInfo kCalls[] = {{
{rows}}};

}}  // namespace

std::span<const CallInfo> daemon_calls() {{
  return kCalls;
}}

}}  // namespace glovebox
"""


def family_cc(api, family):
    out = LGPL + """#include "glovebox/calls.h"

#include "base/error.h"
#include "proto/coders.h"
#include "proto/xdr.h"
#include "calls/decode_reply.h"
#include "calls/trace.h"
#include "calls/trace_fields.h"

namespace glovebox {
"""
    for call in api.of_family(family):
        if call.location == "handle":
            continue
        params = ", ".join(parameters(api, call, guest=False))
        body = daemon_call_body(api, call) if call.location == "daemon" else host_call_body(call)
        if not call.untraced:
            body = traced_body(call, body)
        body = "".join(f"  {line}\n" for line in body)
        out += f"\n{return_cxx(api, call.returns)} Calls::{call.name}({params}) {{\n{body}}}\n"
    return out + "\n}  // namespace glovebox\n"
