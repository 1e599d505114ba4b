# SPDX-License-Identifier: GPL-2.0-or-later
"""guestd: the declarations of its functions, and the dispatch of requests to them."""

from generator.coders import optional_method, read_expression, wire_args, write_return
from generator.cxx import options_type, parameters, return_cxx
from generator.text import GPL, comment


def functions_h(api):
    out = GPL + """//
// The functions of guestd, one per daemon call. Each does its work on the guest that `app` holds and returns the answer,
// or throws glovebox::Error whose errnum() is the Linux errno for the caller. Calls marked `progress` get a Progress&,
// whose members throw Cancelled once the caller has cancelled; streams do so too (see daemon/rpc). The header of one
// family is enough where only that is needed.
#pragma once

"""
    out += "".join(f'#include "guestd/functions/{family}.h"\n' for family, _ in api.families)
    return out + """
namespace glovebox::guestd {

class Appliance;
class Call;

// Reads the arguments of a request, runs its function, and writes the reply; throws what the function throws.
void dispatch(Appliance& app, Call& call);

}  // namespace glovebox::guestd
"""


def family_functions_h(api, family):
    calls = [call for call in api.of_family(family) if call.location == "daemon"]
    options = '#include "glovebox/options.h"\n' if any(call.optional for call in calls) else ""
    out = GPL + f"""//
// The functions of guestd of the family {family}; see guestd/functions.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

{options}#include "glovebox/structs.h"

namespace glovebox::guestd {{

class Appliance;
class FileInStream;
class FileOutStream;
class Progress;
"""
    for call in calls:
        out += "\n" + comment(call.short) + guestd_prototype(api, call) + ";\n"
    return out + "\n}  // namespace glovebox::guestd\n"


def guestd_prototype(api, call):
    params = ["Appliance& app"] + parameters(api, call, guest=True)
    if call.progress:
        params.append("Progress& progress")
    return f"{return_cxx(api, call.returns)} {call.name}({', '.join(params)})"


def family_dispatch_cc(api, family):
    """For each daemon call of the family the function that decodes its arguments and encodes its result."""
    out = GPL + f"""#include "daemon/rpc/call.h"
#include "guestd/functions/{family}.h"
#include "proto/coders.h"

namespace glovebox::guestd {{
"""
    for call in api.of_family(family):
        if call.location != "daemon":
            continue
        out += f"\nvoid call_{call.name}(Appliance& app, Call& call) {{\n"
        lines = []
        if wire_args(call) or call.optional:
            lines.append("proto::XdrReader& in = call.arguments();")
        for arg in wire_args(call):
            lines.append(f"const auto {arg.name} = {read_expression(api, arg)};")
        if call.optional:
            lines.append(f"{options_type(call)} optargs;")
            for arg in call.optional:
                lines.append(f"if (auto value = in.{optional_method(arg)}(); call.has_optional({arg.bit}))")
                lines.append(f"  optargs.{arg.name} = std::move(value);")
        mask = sum(1 << arg.bit for arg in call.optional)
        lines.append(f"call.finish_arguments({mask:#x});")
        for arg in call.args:
            check = {"Pathname": "pathname", "Dev_or_Path": "pathname", "FileName": "file_name", "GUID": "guid"}.get(arg.type)
            if check:
                lines.append(f'check_{check}({arg.name}, "{arg.name}");')
        values = ["app"]
        for arg in call.args:
            values.append({"FileIn": "call.file_in()", "FileOut": "call.file_out()"}.get(arg.type, arg.name))
        values += ["optargs"] if call.optional else []
        values += ["call.progress()"] if call.progress else []
        invocation = f"{call.name}({', '.join(values)})"
        if call.returns.type != "none":
            lines.append("proto::XdrWriter& out = call.reply();")
        lines.append(write_return(call.returns, invocation))
        out += "".join(f"  {line}\n" for line in lines) + "}\n"
    return out + "\n}  // namespace glovebox::guestd\n"


def dispatch_cc(api):
    calls = sorted(api.at("daemon"), key=lambda call: call.proc)
    out = GPL + """#include <algorithm>
#include <iterator>

#include "daemon/rpc/call.h"
#include "guestd/functions.h"

namespace glovebox::guestd {

// One per call, in the dispatch_FAMILY.cc of its family.
"""
    out += "".join(f"void call_{call.name}(Appliance& app, Call& call);\n" for call in calls)
    out += """
namespace {

struct Entry {
  uint32_t number;
  CallKind kind;
  void (*run)(Appliance&, Call&);
};

constexpr Entry kEntries[] = {
"""
    for call in calls:
        flags = ", ".join(f".{name} = true" for name, flag in
                          (("file_in", call.has("FileIn")), ("file_out", call.has("FileOut"))) if flag)
        out += f'    {{{call.proc}, {{.name = "{call.name}"{", " + flags if flags else ""}}}, call_{call.name}}},\n'
    return out + """};

}  // namespace

void dispatch(Appliance& app, Call& call) {
  const auto at = std::lower_bound(std::begin(kEntries), std::end(kEntries), call.number(),
                                   [](const Entry& entry, uint32_t number) { return entry.number < number; });
  if (at == std::end(kEntries) || at->number != call.number())
    call.reject_unknown();
  call.begin(at->kind);
  at->run(app, call);
}

}  // namespace glovebox::guestd
"""
