# SPDX-License-Identifier: GPL-2.0-or-later
"""libguestfs.so.0: a C function for each call, over the C++ handle. No logic: arguments in, call, result out."""

from generator.c_abi import (C_FIELDS, c_calls, c_functions, c_parameters, c_return, c_structs, implemented, joined,
                             opts_name, prototype)
from generator.calls import traced_body
from generator.cxx import options_struct, options_type, parameters, return_cxx
from generator.text import LGPL, comment

KINDS = {"string": "String", "uuid": "Uuid", "int32": "Int32", "uint32": "UInt32", "int64": "Int64",
         "uint64": "UInt64", "bytes": "UInt64", "percent": "Percent", "char": "Char", "buffer": "Buffer"}


def fails_with(call):
    return "-1" if call.returns.type in ("none", "Bool", "Int", "Int64") else "nullptr"


# --- Structs


def structs_h(api):
    out = LGPL + """//
// Our structs as those of guestfs.h. What to_c() returns is the caller's, as is all that it points to.
#pragma once

#include <vector>

#include "capi/guestfs.h"
#include "glovebox/structs.h"

namespace glovebox::capi {

"""
    for struct in c_structs(api):
        out += f"struct guestfs_{struct.name}* to_c(const {struct.cxx}& from);\n"
        out += f"struct guestfs_{struct.name}_list* to_c(const std::vector<{struct.cxx}>& from);\n"
    return out + "\n}  // namespace glovebox::capi\n"


def set_field(field):
    if field.type == "string":
        return f"to.{field.name} = copy(from.{field.name});"
    if field.type == "uuid":
        return f"copy_uuid(to.{field.name}, from.{field.name});"
    if field.type == "buffer":
        return f"to.{field.name} = copy_buffer(from.{field.name}, to.{field.name}_len);"
    return f"to.{field.name} = from.{field.name};"


def struct_functions(struct):
    c_name = f"struct guestfs_{struct.name}"
    out = ""
    for verb, result, body in (
            ("copy", "{0}*", "return static_cast<{0}*>(copy_{1}({2}, from));"),
            ("free", "void", "free_{1}({2}, value);"),
            ("compare", "int", "return compare_{1}({2}, a, b);")):
        params = {"copy": "const {0}* from", "free": "{0}* value", "compare": "const {0}* a, const {0}* b"}[verb]
        for kind, which in (("", "struct"), ("_list", "list")):
            full = c_name + kind
            out += f"\n{result.format(full)} guestfs_{verb}_{struct.name}{kind}({params.format(full)}) {{\n"
            out += f"  {body.format(full, which, f'k_{struct.name}')}\n}}\n"
    return out


def structs_cc(api):
    out = LGPL + """#include "capi/structs.h"

#include "capi/convert.h"
#include "capi/struct_layout.h"

using namespace glovebox::capi;

namespace {

using Kind = CField::Kind;
"""
    for struct in c_structs(api):
        c_name = f"struct guestfs_{struct.name}"
        rows = ""
        for field in struct.fields:
            length = f", offsetof({c_name}, {field.name}_len)" if field.type == "buffer" else ", 0"
            rows += f"    {{Kind::{KINDS[field.type]}, offsetof({c_name}, {field.name}){length}}},\n"
        out += f"\nconstexpr CField k_{struct.name}_fields[] = {{\n{rows}}};\n"
        out += f"constexpr CStruct k_{struct.name} = {{sizeof({c_name}), k_{struct.name}_fields}};\n"
        sets = "".join(f"  {set_field(field)}\n" for field in struct.fields)
        out += f"\nvoid set({c_name}& to, const glovebox::{struct.cxx}& from) {{\n{sets}}}\n"
    out += "\n}  // namespace\n\nnamespace glovebox::capi {\n"
    for struct in c_structs(api):
        c_name = f"struct guestfs_{struct.name}"
        out += f"""
{c_name}* to_c(const {struct.cxx}& from) {{
  auto* to = allocate<{c_name}>(1);
  set(*to, from);
  return to;
}}

{c_name}_list* to_c(const std::vector<{struct.cxx}>& from) {{
  auto* to = allocate<{c_name}_list>(1);
  to->val = allocate<{c_name}>(from.size());
  to->len = static_cast<uint32_t>(from.size());
  for (size_t i = 0; i < from.size(); ++i) set(to->val[i], from[i]);
  return to;
}}
"""
    return out + "\n}  // namespace glovebox::capi\n" + "".join(struct_functions(struct) for struct in c_structs(api))


# --- Calls of the handle, which libcore/capi has


def handle_calls_h(api):
    out = LGPL + """//
// The calls that the library answers itself, written by hand in libcore/capi. They throw glovebox::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "glovebox/structs.h"

struct guestfs_h;

namespace glovebox::capi {
"""
    calls = [call for call in implemented(api) if call.location == "handle"]
    out += "".join(options_struct(call) for call in calls if call.optional)
    out += "\nnamespace handle_calls {\n"
    for call in calls:
        params = ["guestfs_h& g"] + parameters(api, call, guest=False)
        out += "\n" + comment(call.short) + f"{return_cxx(api, call.returns)} {call.name}({', '.join(params)});\n"
    return out + "\n}  // namespace handle_calls\n}  // namespace glovebox::capi\n"


# --- Wrappers


def checked_arguments(call):
    """Refuses NULL where it is forbidden, in the order of the arguments."""
    return [f'call.not_null({arg.name}, "{arg.name}");' for arg in call.args
            if arg.type not in ("Int", "Int64", "Bool", "OptString")]


def cxx_argument(arg):
    if arg.type == "Bool":
        return f"{arg.name} != 0"
    if arg.type == "StringList":
        return f"strings({arg.name})"
    if arg.type == "OptString":
        return f"optional_string({arg.name})"
    if arg.type == "BufferIn":
        length = arg.extra or f"{arg.name}_size"
        return f"bytes({arg.name}, {length})"
    if arg.type in ("FileIn", "FileOut"):
        return f"local_file({arg.name})"
    return arg.name


def option_lines(call):
    """From the C struct of optional arguments to the C++ one."""
    opts = opts_name(call)
    mask = sum(1 << arg.bit for arg in call.optional)
    lines = [f"{options_type(call)} options;", "if (optargs) {", f"  call.known_options(optargs->bitmask, {mask:#x});"]
    for arg in call.optional:
        value = f"optargs->{arg.name}"
        lines.append(f"  if (optargs->bitmask & GUESTFS_{opts.upper()}_{arg.name.upper()}_BITMASK) {{")
        if arg.type in ("String", "StringList"):
            kind = "option" if arg.type == "String" else "option_list"
            lines.append(f'    call.{kind}_not_null({value}, "{arg.name}");')
        value = {"Bool": f"{value} != 0", "StringList": f"strings({value})"}.get(arg.type, value)
        lines += [f"    options.{arg.name} = {value};", "  }"]
    return lines + ["}"]


def result_statement(call, value):
    kind = call.returns.type
    if kind == "none":
        return [f"{value};", "return 0;"]
    if kind == "Bool":
        return [f"return {value} ? 1 : 0;"]
    if kind in ("Int", "Int64", "Pointer"):
        return [f"return {value};"]
    if kind == "Buffer":
        return [f"return copy_buffer({value}, *size_r);"]
    if kind == "ConstString":
        return [f"return call.keep({value});"]
    if kind in ("Struct", "StructList"):
        return [f"return to_c({value});"]
    return [f"return copy({value});"]


def handle_body(api, call, arguments):
    """A call of the handle, traced here unless Handle does it; the result is in `value`."""
    invocation = f"handle_calls::{call.name}({', '.join(['*g'] + arguments)})"
    before = ["call.require_config();"] if call.config_only else []
    if call.self_traced or call.untraced:
        return before + result_statement(call, invocation)
    lines = before + [f"return {invocation};"]
    traced = traced_body(call, lines, calls="g->handle")
    end = traced.pop() if call.returns.type != "none" else None
    return traced + result_statement(call, "value" if end else "(void)0")


def work_function(api, call):
    """The function that does the call: the plain one, or the _argv form."""
    name, extra = [entry for entry in c_functions(call)][-1] if call.optional else c_functions(call)[0]
    shown = opts_name(call)
    lines = checked_arguments(call)
    if call.returns.type == "Buffer":
        lines.append('call.not_null(size_r, "size_r");')
    if call.location == "handle":
        # What is traced is the C++ value.
        prepared = [f"const auto {arg.name}_value = {cxx_argument(arg)};" for arg in call.args
                    if cxx_argument(arg) != arg.name]
        arguments = [arg.name if cxx_argument(arg) == arg.name else f"{arg.name}_value" for arg in call.args]
    else:
        prepared, arguments = [], [cxx_argument(arg) for arg in call.args]
    lines += prepared
    if call.optional:
        lines += option_lines(call)
        arguments.append("options")
    if call.location == "handle":
        body = handle_body(api, call, arguments)
        renamed = {arg.name: f"{arg.name}_value" for arg in call.args if cxx_argument(arg) != arg.name}
        for old, new in renamed.items():
            body = [line.replace(f"argument({old});", f"argument({new});") for line in body]
        body = [line.replace("optargs.", "options.") for line in body]
    else:
        body = result_statement(call, f"g->handle.{call.name}({', '.join(arguments)})")
    text = "".join(f"    {line}\n" for line in lines + body)
    return (f"\n{prototype(call, name, extra)} {{\n"
            f"  Call call(g, \"{call.name}\", \"{shown}\");\n  try {{\n{text}"
            f"  }} catch (...) {{\n    call.failed();\n    return {fails_with(call)};\n  }}\n}}\n")


def forwarding_functions(call):
    """The forms with `...` and va_list, and the one that once had no optional arguments."""
    names = [name for name, _ in c_functions(call)]
    passed = ", ".join(name for _, name in c_parameters(call))
    last = c_parameters(call)[-1][1]
    opts = f"guestfs_{opts_name(call)}"
    rows = "".join(f"      {{{arg.bit}, OptArg::Kind::{ {'StringList': 'Pointer', 'String': 'Pointer', 'Bool': 'Int'}.get(arg.type, arg.type) }, "
                   f"offsetof(struct {opts}_argv, {arg.name})}},\n" for arg in call.optional)
    out = ""
    forms = c_functions(call)
    if call.once_had_no_optargs:
        out += f"\n{prototype(call, *forms[0])} {{\n  return {opts}_argv({passed}, nullptr);\n}}\n"
        forms = forms[1:]
    out += f"""
{prototype(call, *forms[0])} {{
  va_list args;
  va_start(args, {last});
  {joined(c_return(call), "result")} = {opts}_va({passed}, args);
  va_end(args);
  return result;
}}

{prototype(call, *forms[1])} {{
  static constexpr OptArg kOptions[] = {{
{rows}  }};
  struct {opts}_argv optargs = {{}};
  if (!parse_options(g, "{call.name}", kOptions, &optargs, optargs.bitmask, args))
    return {fails_with(call)};
  return {opts}_argv({passed}, &optargs);
}}
"""
    assert len(names) >= 3
    return out


def signal_safe_function(call):
    """user_cancel comes from signal handlers and other threads: no lock, no event."""
    return f"\n{prototype(call, *c_functions(call)[0])} {{\n  handle_calls::{call.name}(*g);\n  return 0;\n}}\n"


def family_cc(api, family):
    out = LGPL + """#include <cstdarg>
#include <cstddef>

#include "capi/call.h"
#include "capi/convert.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "capi/options.h"
#include "capi/structs.h"
#include "calls/trace.h"
#include "calls/trace_fields.h"

using namespace glovebox;
using namespace glovebox::capi;
"""
    for call in implemented(api):
        if call.name == "user_cancel":
            out += signal_safe_function(call) if call.family == family else ""
        elif call.family == family:
            out += work_function(api, call) + (forwarding_functions(call) if call.optional else "")
    return out


def unnamed(call, name, extra):
    params = ", ".join(joined(c_type, "g" if parameter == "g" else "")
                       for c_type, parameter in c_parameters(call) + extra)
    return f"{joined(c_return(call), name)}({params})"


def planned_cc(api):
    out = LGPL + '#include <cstdarg>\n\n#include "capi/call.h"\n\nusing namespace glovebox::capi;\n'
    for call in api.planned:
        for name, extra in c_functions(call):
            out += (f"\n{unnamed(call, name, extra)} {{\n  not_implemented(g, \"{call.name}\");\n"
                    f"  return {fails_with(call)};\n}}\n")
    return out
