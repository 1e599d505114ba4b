# SPDX-License-Identifier: GPL-2.0-or-later
"""The C ABI: which functions calls and structs become in C, and the check against the field's own guestfs.h."""

from generator.text import LGPL

LAST_VERSION = (1, 48)  # of the interface; calls that are newer are no part of the C library

C_FIELDS = {
    "string": "char *{};", "uuid": "char {}[32];", "int32": "int32_t {};", "uint32": "uint32_t {};",
    "int64": "int64_t {};", "uint64": "uint64_t {};", "bytes": "uint64_t {};", "percent": "float {};",
    "char": "char {};", "buffer": "uint32_t {0}_len;\n  char *{0};",
}
C_ARGS = {"Int": ["int"], "Int64": ["int64_t"], "Bool": ["int"], "BufferIn": ["const char *", "size_t"],
          "StringList": ["char *const *"], "Pointer": ["void *"]}
C_OPTARGS = {"Int": "int ", "Int64": "int64_t ", "Bool": "int ", "String": "const char *", "StringList": "char *const *"}
C_RETURNS = {"none": "int", "Bool": "int", "Int": "int", "Int64": "int64_t", "StringList": "char **",
             "Hashtable": "char **", "ConstString": "const char *", "Pointer": "void *"}
# Functions of the C library that are no calls; libcore/capi has them.
HAND_WRITTEN = (
    "create", "create_flags", "close", "last_error", "last_errno", "set_error_handler", "get_error_handler",
    "push_error_handler", "pop_error_handler", "set_out_of_memory_handler", "get_out_of_memory_handler",
    "set_event_callback", "delete_event_callback", "event_to_string", "set_log_message_callback",
    "set_subprocess_quit_callback", "set_launch_done_callback", "set_close_callback", "set_progress_callback",
    "set_private", "get_private", "first_private", "next_private",
)


def version(text):
    return tuple(int(part) for part in text.split(".") if part.isdigit())[:2]


def implemented(api):
    """The calls of the C library that do something."""
    return [call for call in api.calls if call.visibility == "public" and version(call.since) <= LAST_VERSION]


def c_calls(api):
    """All calls that are symbols, by name."""
    return sorted(implemented(api) + list(api.planned), key=lambda call: call.name)


def c_structs(api):
    return sorted((struct for struct in api.structs if not struct.internal), key=lambda struct: struct.name)


def joined(c_type, name):
    """A C declaration: the star belongs to the name."""
    return c_type + name if c_type.endswith("*") else c_type.rstrip() + (" " + name if name else "")


def c_return(call):
    if call.returns.type == "Struct":
        return f"struct guestfs_{call.returns.kinds[0]} *"
    if call.returns.type == "StructList":
        return f"struct guestfs_{call.returns.kinds[0]}_list *"
    return C_RETURNS.get(call.returns.type, "char *")


def c_parameters(call):
    """(type, name) of each parameter."""
    params = [("guestfs_h *", "g")]
    for arg in call.args:
        types = list(C_ARGS.get(arg.type, ["const char *"]))
        if arg.type == "BufferIn" and arg.extra:
            types[1] = "int"
        names = [arg.name] + ([arg.extra or f"{arg.name}_size"] if arg.type == "BufferIn" else [])
        params += zip(types, names)
    if call.returns.type == "Buffer":
        params.append(("size_t *", "size_r"))
    return params


def opts_name(call):
    """The C name of the form with optional arguments, without guestfs_."""
    return f"{call.name}_opts" if call.once_had_no_optargs else call.name


def c_functions(call):
    """(C name, parameters beyond c_parameters()) of the functions that a call becomes."""
    name = f"guestfs_{call.name}"
    if not call.optional:
        return [(name, [])]
    opts = f"guestfs_{opts_name(call)}"
    forms = [(opts, [("...", "")]), (f"{opts}_va", [("va_list", "args")]),
             (f"{opts}_argv", [(f"const struct {opts}_argv *", "optargs")])]
    return ([(name, [])] if call.once_had_no_optargs else []) + forms


def prototype(call, name, extra):
    params = ", ".join(joined(*param) for param in c_parameters(call) + extra)
    return f"{joined(c_return(call), name)}({params})"


def symbols(api):
    """The names that the library exports."""
    names = [f"guestfs_{name}" for name in HAND_WRITTEN]
    names += [name for call in c_calls(api) for name, _ in c_functions(call)]
    for struct in c_structs(api):
        names += [f"guestfs_{verb}_{struct.name}{kind}" for verb in ("compare", "copy", "free")
                  for kind in ("", "_list")]
    return sorted(names)


def version_map(api):
    lines = "".join(f"    {name};\n" for name in symbols(api))
    return f"/* Made by api/generate.py: what libguestfs.so.0 exports. */\n{{\n  global:\n{lines}  local:\n    *;\n}};\n"


def layout_of_struct(struct):
    fields = "".join(f"  {C_FIELDS[field.type].format(field.name)}\n" for field in struct.fields)
    names = [name for field in struct.fields
             for name in ([f"{field.name}_len"] if field.type == "buffer" else []) + [field.name]]
    out = f"\nstruct ours_{struct.name} {{\n{fields}}};\n"
    out += "".join(f"SAME_FIELD({struct.name}, {name});\n" for name in names) + f"SAME_SIZE({struct.name});\n"
    out += f"_Static_assert(offsetof(struct guestfs_{struct.name}_list, len) == 0, \"{struct.name}_list.len\");\n"
    return out + f"_Static_assert(offsetof(struct guestfs_{struct.name}_list, val) == 8, \"{struct.name}_list.val\");\n"


def layout_of_call(call):
    out = f"\n#ifndef GUESTFS_HAVE_{call.name.upper()}\n#error \"{call.name} is not in guestfs.h\"\n#endif\n"
    for name, extra in c_functions(call):
        params = ", ".join(joined(c_type, "") for c_type, _ in c_parameters(call) + extra)
        out += (f"_Static_assert(__builtin_types_compatible_p(__typeof__({name}), {c_return(call)}({params})), "
                f"\"{name}\");\n")
    opts = f"guestfs_{opts_name(call)}"
    for arg in call.optional:
        bit = f"{opts.upper()}_{arg.name.upper()}"
        out += f"_Static_assert({bit} == {arg.bit} && {bit}_BITMASK == UINT64_C(1) << {arg.bit}, \"{bit}\");\n"
    if call.optional:
        fields = "".join(f"  {joined(C_OPTARGS[arg.type], arg.name)};\n" for arg in call.optional)
        out += f"struct ours_{call.name}_argv {{\n  uint64_t bitmask;\n{fields}}};\n"
        out += "".join(f"_Static_assert(offsetof(struct ours_{call.name}_argv, {name}) == offsetof(struct {opts}_argv, "
                       f"{name}), \"{call.name}_argv.{name}\");\n"
                       for name in ["bitmask"] + [arg.name for arg in call.optional])
    return out


def c_layout_test(api):
    """A C file that compiles only if our structs, prototypes and bits are those of the installed guestfs.h."""
    out = LGPL + """#define GUESTFS_PRIVATE 1
#include <guestfs.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define SAME_FIELD(type, field)                                                                       \\
  _Static_assert(offsetof(struct ours_##type, field) == offsetof(struct guestfs_##type, field) &&     \\
                     __builtin_types_compatible_p(__typeof__(((struct ours_##type *)0)->field),       \\
                                                  __typeof__(((struct guestfs_##type *)0)->field)),   \\
                 "struct guestfs_" #type ": " #field)
#define SAME_SIZE(type)                                                                               \\
  _Static_assert(sizeof(struct ours_##type) == sizeof(struct guestfs_##type), "struct guestfs_" #type)
"""
    out += "".join(layout_of_struct(struct) for struct in c_structs(api))
    return out + "".join(layout_of_call(call) for call in c_calls(api))
