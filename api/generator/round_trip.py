# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests: every daemon call made with sample values, and functions of guestd that expect the same values."""

from generator.cxx import options_type, return_cxx
from generator.guestd import guestd_prototype
from generator.text import GPL


def sample_expression(api, arg):
    """A value for an argument, from the test's Sample."""
    if arg.type == "StructList":
        return f"sample.list<{api.struct(arg.extra).cxx}>()"
    return {"Int": "sample.int32()", "Int64": "sample.int64()", "Bool": "sample.boolean()",
            "BufferIn": "sample.buffer()", "StringList": "sample.strings()", "Pathname": '"/" + sample.string()',
            "Dev_or_Path": '"/" + sample.string()', "OptString": "sample.optional_string()",
            "FileName": "sample.file_name()", "GUID": "sample.guid()", "FileIn": "sample.file()",
            "FileOut": "sample.file()"}.get(arg.type, "sample.string()")


def sample_return(api, returns):
    if returns.type == "Struct":
        return f"sample.structure<{return_cxx(api, returns)}>()"
    if returns.type == "StructList":
        return f"sample.list<{api.struct(returns.kinds[0]).cxx}>()"
    return {"Int": "sample.int32()", "Int64": "sample.int64()", "Bool": "sample.boolean()",
            "Buffer": "sample.buffer()", "StringList": "sample.strings()",
            "Hashtable": "sample.pairs()"}.get(returns.type, "sample.string()")


def sample_options(call):
    lines = [f"{options_type(call)} optargs;"]
    for arg in call.optional:
        method = {"Int": "int32", "Int64": "int64", "Bool": "boolean", "String": "string",
                  "StringList": "strings"}[arg.type]
        lines += ["if (sample.boolean())", f"  optargs.{arg.name} = sample.{method}();"]
    return lines


def family_round_trip_cc(api, family):
    calls = [call for call in api.of_family(family) if call.location == "daemon"]
    out = GPL + f"""#include "tests/unit/rpc/round_trip.h"

#include "daemon/rpc/progress.h"
#include "guestd/functions/{family}.h"

namespace glovebox {{

// In round_trip.cc.
"""
    out += "".join(f"void fill(Sample& sample, {struct.cxx}& value);\n" for struct in api.structs)
    out += "\nnamespace guestd {\n"
    for call in calls:
        out += f"\n{guestd_prototype(api, call)} {{\n  [[maybe_unused]] Sample sample = app.enter(\"{call.name}\");\n"
        for arg in call.args:
            if arg.type == "FileOut":
                continue
            value = f"app.read({arg.name})" if arg.type == "FileIn" else arg.name
            out += f'  app.expect_equal({value}, {sample_expression(api, arg)}, "{arg.name}");\n'
        if call.optional:
            lines = sample_options(call)
            lines[0] = f"{options_type(call)} expected;"
            out += "".join("  " + line.replace("optargs.", "expected.") + "\n" for line in lines)
            out += '  app.expect_equal(optargs, expected, "optargs");\n'
        out += "  progress.report(1, 2);\n" if call.progress else ""
        for arg in call.args:
            if arg.type == "FileOut":
                out += f"  {arg.name}.write(sample.file());\n"
        if call.returns.type != "none":
            out += f"  return {sample_return(api, call.returns)};\n"
        out += "}\n"
    out += "\n}  // namespace guestd\n"
    for call in calls:
        out += f"\nvoid round_trip_{call.name}(Calls& calls, [[maybe_unused]] Sample sample, "
        out += "[[maybe_unused]] Mismatches& mismatches) {\n"
        values = []
        for arg in call.args:
            if arg.type in ("FileIn", "FileOut"):
                content = sample_expression(api, arg) if arg.type == "FileIn" else '""'
                out += f"  SampleFile {arg.name}({content});\n"
                values.append(f"{arg.name}.local()")
            else:
                out += f"  const auto {arg.name} = {sample_expression(api, arg)};\n"
                values.append(arg.name)
        if call.optional:
            out += "".join(f"  {line}\n" for line in sample_options(call))
            values.append("optargs")
        invocation = f"calls.{call.name}({', '.join(values)})"
        if call.returns.type == "none":
            out += f"  {invocation};\n"
        else:
            out += f'  mismatches.expect_equal({invocation}, {sample_return(api, call.returns)}, "{call.name}");\n'
        for arg in call.args:
            if arg.type == "FileOut":
                out += f'  mismatches.expect_equal({arg.name}.content(), sample.file(), "{arg.name}");\n'
        out += "}\n"
    return out + "\n}  // namespace glovebox\n"


def round_trip_cc(api):
    calls = sorted(api.at("daemon"), key=lambda call: call.proc)
    out = GPL + """#include "tests/unit/rpc/round_trip.h"

namespace glovebox {
"""
    for struct in api.structs:
        out += f"\nvoid fill(Sample& sample, {struct.cxx}& value) {{\n"
        for field in struct.fields:
            method = {"bytes": "uint64", "percent": "float32", "bool": "boolean", "char": "character"}.get(
                field.type, field.type)
            out += f"  value.{field.name} = sample.{method}();\n"
        out += "}\n"
    out += "\n// One per call, in the round_trip_FAMILY.cc of its family.\n"
    out += "".join(f"void round_trip_{call.name}(Calls&, Sample, Mismatches&);\n" for call in calls)
    rows = "".join(f'    {{"{call.name}", round_trip_{call.name}}},\n' for call in calls)
    return out + f"""
namespace {{

constexpr RoundTrip kRoundTrips[] = {{
{rows}}};

}}  // namespace

std::span<const RoundTrip> round_trips() {{
  return kRoundTrips;
}}

}}  // namespace glovebox
"""
