# SPDX-License-Identifier: GPL-2.0-or-later
"""The members of class Calls: they send the arguments to guestd and read its reply."""

from generator.coders import optional_method, read_return, wire_args, write_statement
from generator.cxx import optional_cxx, parameters, return_cxx
from generator.text import LGPL


def daemon_call_body(api, call, index):
    """Sends the arguments to guestd and reads its reply."""
    lines = [f"const CallInfo& call = kCalls[{index}];"]
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
        return lines + [f"decode(call, {transact}, [](proto::XdrReader&) {{}});"]
    value = read_return(api, call.returns)
    return lines + [f"return decode(call, {transact}, [](proto::XdrReader& in) {{ return {value}; }});"]


def host_call_body(call):
    values = [arg.name for arg in call.args] + (["optargs"] if call.optional else [])
    return [f"return emulated_{call.name}({', '.join(values)});"]


def traced_body(call, body):
    """The same, telling the call and its result to whoever traces."""
    arguments = []
    for arg in call.args:
        method = {"BufferIn": "buffer_argument", "FileIn": "file_argument", "FileOut": "file_argument"}.get(
            arg.type, "argument")
        arguments.append("line.hidden_argument();" if arg.type == "Key" else f"line.{method}({arg.name});")
    arguments += [f'line.optional("{arg.name}", optargs.{arg.name});' for arg in call.optional]
    described = "[&](session::TraceLine& line) {" if arguments else "[](session::TraceLine&) {"
    lines = [f"const auto arguments = {described}"] + [f"  {line}" for line in arguments] + ["};"]
    returns = call.returns
    shown = {"none": "line.result(0)", "Buffer": "line.buffer_result(value)"}.get(returns.type, "line.result(value)")
    if returns.type in ("Struct", "StructList"):
        method = "struct_result" if returns.type == "Struct" else "struct_list_result"
        shown = f'line.{method}("{returns.kinds[0]}", value, {returns.kinds[0]}_fields)'
    value = "" if returns.type == "none" else ", const auto& value"
    lines.append(f"const auto result = [](session::TraceLine& line{value}) {{ {shown}; }};")
    lines.append(f'return session::Tracer::run(*this, "{call.name}", arguments, result, [&] {{')
    return lines + [f"  {line}" for line in body] + ["});"]


def trace_fields(api):
    """Functions that show the members of the structs that calls return."""
    out = ""
    returned = {call.returns.kinds[0] for call in api.calls if call.location != "handle" and not call.untraced
                and call.returns.type.startswith("Struct")}
    for struct in api.structs:
        if struct.name in returned:
            out += f"\nvoid {struct.name}_fields(session::TraceLine& line, const {struct.cxx}& value) {{\n"
            for field in struct.fields:
                method = "buffer_field" if field.type == "buffer" else "field"
                out += f'  line.{method}("{field.name}", value.{field.name});\n'
            out += "}\n"
    return out


def calls_cc(api):
    calls = sorted(api.at("daemon"), key=lambda call: call.proc)
    out = LGPL + """#include "glovebox/calls.h"

#include "base/cat.h"
#include "base/error.h"
#include "proto/coders.h"
#include "proto/xdr.h"
#include "session/trace.h"

namespace glovebox {
namespace {

constexpr CallInfo kCalls[] = {
"""
    for call in calls:
        flags = ", ".join("true" if flag else "false" for flag in
                          (call.has("FileIn"), call.has("FileOut"), call.progress, call.cancellable))
        out += f'    {{"{call.name}", {call.proc}, {flags}}},\n'
    out += """};

template <typename Action>
auto decode(const CallInfo& call, const std::string& reply, Action&& action) {
  try {
    proto::XdrReader in(reply);
    if constexpr (std::is_void_v<decltype(action(in))>) {
      action(in);
      in.finish();
    } else {
      auto result = action(in);
      in.finish();
      return result;
    }
  } catch (Error& e) {
    throw e.in(base::cat(call.name, ": the appliance's reply is damaged"));
  }
}
""" + trace_fields(api) + """
}  // namespace

std::span<const CallInfo> daemon_calls() {
  return kCalls;
}
"""
    numbers = {call.name: index for index, call in enumerate(calls)}
    for call in calls + api.at("host"):
        params = ", ".join(parameters(api, call, guest=False))
        body = daemon_call_body(api, call, numbers[call.name]) if call.location == "daemon" else host_call_body(call)
        if not call.untraced:
            body = traced_body(call, body)
        body = "".join(f"  {line}\n" for line in body)
        out += f"\n{return_cxx(api, call.returns)} Calls::{call.name}({params}) {{\n{body}}}\n"
    return out + "\n}  // namespace glovebox\n"
