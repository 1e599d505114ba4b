# SPDX-License-Identifier: GPL-2.0-or-later
"""C++: how a call and its arguments look to a caller, in structs.h, calls.h and guestd's functions.h."""

from description import camel
from generator.text import LGPL, comment

SCALARS = {"Int": ("int32_t", "int32"), "Int64": ("int64_t", "int64"), "Bool": ("bool", "boolean")}
# field type -> C++ member, reader expression, writer method
FIELDS = {
    "string": ("std::string {} = {{}};", "in.string()", "string({})"),
    "buffer": ("std::string {} = {{}};", "std::string(in.opaque())", "opaque({})"),
    "uuid": ("std::string {} = {{}};  // 32 characters", "std::string(in.fixed_opaque(32))", "fixed_opaque({}, 32)"),
    "int32": ("int32_t {} = 0;", "in.int32()", "int32({})"),
    "uint32": ("uint32_t {} = 0;", "in.uint32()", "uint32({})"),
    "int64": ("int64_t {} = 0;", "in.int64()", "int64({})"),
    "uint64": ("uint64_t {} = 0;", "in.uint64()", "uint64({})"),
    "bytes": ("uint64_t {} = 0;", "in.uint64()", "uint64({})"),
    "percent": ("float {} = -1;  // 0 to 100, -1 if there is none", "in.float32()", "float32({})"),
    "char": ("char {} = 0;", "in.character()", "character({})"),
    "bool": ("bool {} = false;", "in.boolean()", "boolean({})"),
}


def options_type(call):
    return camel(call.name) + "Options"


def optional_cxx(arg):
    return {"String": "std::string", "StringList": "std::vector<std::string>"}.get(arg.type) or SCALARS[arg.type][0]


def arg_cxx(api, arg, guest):
    """The C++ parameter type of a required argument, on the host or in guestd."""
    if arg.type in SCALARS:
        return SCALARS[arg.type][0] + " "
    return {
        "BufferIn": "std::string_view ",
        "StringList": "const std::vector<std::string>& ",
        "FileIn": "FileInStream& " if guest else "const LocalFile& ",
        "FileOut": "FileOutStream& " if guest else "const LocalFile& ",
        "StructList": f"const std::vector<{api.struct(arg.extra).cxx}>& " if arg.type == "StructList" else "",
        "OptString": "const std::optional<std::string>& ",
        "Pointer": "void* ",
    }.get(arg.type, "const std::string& ")


def return_cxx(api, returns):
    if returns.type in SCALARS:
        return SCALARS[returns.type][0]
    struct = api.struct(returns.kinds[0]).cxx if returns.type.startswith("Struct") else ""
    return {
        "none": "void",
        "ConstString": "std::optional<std::string>",
        "Pointer": "void*",
        "StringList": "std::vector<std::string>",
        "Hashtable": "std::vector<std::pair<std::string, std::string>>",
        "Struct": struct,
        "StructList": f"std::vector<{struct}>",
    }.get(returns.type, "std::string")


def parameters(api, call, guest):
    """The C++ parameters of a call as text, without Appliance& and without default values."""
    params = [arg_cxx(api, arg, guest) + arg.name for arg in call.args]
    if call.optional:
        params.append(f"const {options_type(call)}& optargs")
    return params


def structs_h(api):
    out = LGPL + """//
// The structs that calls return: plain values.
#pragma once

#include <cstdint>
#include <string>

namespace glovebox {
"""
    for struct in api.structs:
        out += "\n" + comment(struct.doc) + f"struct {struct.cxx} {{\n"
        out += "".join(f"  {FIELDS[field.type][0].format(field.name)}\n" for field in struct.fields)
        out += f"  bool operator==(const {struct.cxx}&) const = default;\n}};\n"
    return out + "\n}  // namespace glovebox\n"


def options_struct(call):
    members = "".join(f"  std::optional<{optional_cxx(arg)}> {arg.name} = {{}};\n" for arg in call.optional)
    return (f"\nstruct {options_type(call)} {{\n{members}"
            f"  bool operator==(const {options_type(call)}&) const = default;\n}};\n")


def options_h(api):
    out = LGPL + """//
// The optional arguments that calls take. A member that is absent is not sent: the call then does what its description
// says for that case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glovebox {
"""
    for call in api.calls:
        if call.optional and call.location != "handle":
            out += options_struct(call)
    return out + "\n}  // namespace glovebox\n"


def calls_h(api):
    out = LGPL + """//
// Calls: one typed member per call of the API. It knows nothing of the transport: a derived class (Handle) carries a
// request to guestd in transact(). Every member throws glovebox::Error with the call's name first in the message.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "glovebox/error.h"
#include "glovebox/options.h"
#include "glovebox/structs.h"

namespace glovebox {

namespace calls {
class TracedCall;
}

// A file on the host that a call reads (FileIn) or writes (FileOut).
struct LocalFile {
  LocalFile(std::string path_on_host) : path(std::move(path_on_host)) {}
  LocalFile(const char* path_on_host) : path(path_on_host) {}
  // An open descriptor, borrowed for the call and used from its current offset.
  static LocalFile descriptor(int fd) {
    LocalFile file("");
    file.fd = fd;
    return file;
  }
  // FileOut: a function that takes the file piece by piece, in the thread of the call. What it throws ends the call, and
  // is thrown by it.
  static LocalFile pieces(std::function<void(std::string_view)> sink) {
    LocalFile file("");
    file.sink = std::move(sink);
    return file;
  }

  std::string path;  // created or truncated by FileOut; used when fd is -1 and there is no sink
  int fd = -1;
  std::function<void(std::string_view)> sink = nullptr;
  // FileOut: whether the path may end in a symbolic link, as names that a user gave may. ELOOP if it does and may not.
  bool follows_links = true;
  // FileOut fails with EFBIG rather than take more than this.
  uint64_t max_bytes = std::numeric_limits<uint64_t>::max();
};

// What is the same for every use of a call.
struct CallInfo {
  const char* name;
  uint32_t number;
  bool file_in;
  bool file_out;
  bool progress;
  bool cancellable;
  bool copies = false;  // its file is the guest's bytes as they are
};

// One use of a call: XDR arguments, which optional ones are meant, and the file that goes with it (borrowed).
struct Request {
  std::string arguments = {};
  uint64_t optargs_bitmask = 0;
  const LocalFile* file_in = nullptr;
  const LocalFile* file_out = nullptr;
};

// The calls that guestd answers, in ascending order of number.
GLOVEBOX_API std::span<const CallInfo> daemon_calls();

class GLOVEBOX_API Calls {
 public:
  Calls() = default;
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;
  virtual ~Calls() = default;
"""
    for family, title in api.families:
        calls = [call for call in api.calls if call.family == family and call.location != "handle"]
        if calls:
            out += f"\n  // --- {title}\n"
        for call in calls:
            default = " = {}" if call.optional else ""
            params = ", ".join(parameters(api, call, guest=False)) + default
            short = f"{call.short} (deprecated: {call.deprecated_by})" if call.deprecated_by else call.short
            out += comment(short, "  ") + f"  {return_cxx(api, call.returns)} {call.name}({params});\n"
    emulated = "".join(
        f"  {return_cxx(api, call.returns)} emulated_{call.name}({', '.join(parameters(api, call, guest=False))});\n"
        for call in api.at("host"))
    return out + """
 protected:
  // Sends the request, waits for the reply and returns its XDR bytes, or throws. Files are sent or received meanwhile.
  virtual std::string transact(const CallInfo& call, const Request& request) = 0;

  // Whether each call and its result shall be told to trace(), as a line of text.
  virtual bool traced() const { return false; }
  virtual void trace(const std::string& /*line*/) {}

  // For calls that are made of others: whether a setting of the backend was given as a bare word; a warning to the caller.
  virtual bool has_backend_setting(const std::string& /*name*/) const { return false; }
  virtual void warn(const std::string& /*text*/) {}

 private:
  friend class HostCalls;            // libcore/calls/host_calls.cc
  friend class calls::TracedCall;  // libcore/calls/trace.h

  // The work of the calls of location "host", written by hand.
""" + emulated + """};

}  // namespace glovebox
"""
