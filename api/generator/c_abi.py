# SPDX-License-Identifier: GPL-2.0-or-later
"""The C ABI: how calls and structs look in guestfs.h."""

from generator.text import LGPL

C_FIELDS = {
    "string": "char *{};", "uuid": "char {}[32];", "int32": "int32_t {};", "uint32": "uint32_t {};",
    "int64": "int64_t {};", "uint64": "uint64_t {};", "bytes": "uint64_t {};", "percent": "float {};",
    "char": "char {};", "buffer": "uint32_t {0}_len;\n  char *{0};",
}
C_ARGS = {"Int": ["int"], "Int64": ["int64_t"], "Bool": ["int"], "BufferIn": ["const char *", "size_t"],
          "StringList": ["char *const *"], "Pointer": ["void *"]}
C_RETURNS = {"none": "int", "Bool": "int", "Int": "int", "Int64": "int64_t", "StringList": "char **",
             "Hashtable": "char **"}


def c_return(call):
    if call.returns.type == "Struct":
        return f"struct guestfs_{call.returns.kinds[0]} *"
    if call.returns.type == "StructList":
        return f"struct guestfs_{call.returns.kinds[0]}_list *"
    return C_RETURNS.get(call.returns.type, "char *")


def c_parameters(call):
    params = ["guestfs_h *"]
    for arg in call.args:
        types = list(C_ARGS.get(arg.type, ["const char *"]))
        if arg.type == "BufferIn" and arg.extra:
            types[1] = "int"
        params += types
    if call.returns.type == "Buffer":
        params.append("size_t *")
    return params


def c_functions(call):
    """(name, extra parameters, bit names) of the C functions that a call becomes."""
    name = f"guestfs_{call.name}"
    if not call.optional:
        return [(name, [])]
    opts = f"{name}_opts" if call.once_had_no_optargs else name
    forms = [(opts, ["..."]), (f"{opts}_va", ["va_list"]), (f"{opts}_argv", [f"const struct {opts}_argv *"])]
    return ([(name, [])] if call.once_had_no_optargs else []) + forms


def c_layout_test(api):
    """A C file that compiles only if our structs, prototypes and bits are those of the installed guestfs.h."""
    out = LGPL + """#include <guestfs.h>
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
    for struct in api.structs:
        if struct.internal:
            continue
        fields = "".join(f"  {C_FIELDS[field.type].format(field.name)}\n" for field in struct.fields)
        names = [name for field in struct.fields
                 for name in ([f"{field.name}_len"] if field.type == "buffer" else []) + [field.name]]
        out += f"\nstruct ours_{struct.name} {{\n{fields}}};\n"
        out += "".join(f"SAME_FIELD({struct.name}, {name});\n" for name in names) + f"SAME_SIZE({struct.name});\n"
        out += f"_Static_assert(offsetof(struct guestfs_{struct.name}_list, len) == 0, \"{struct.name}_list.len\");\n"
        out += f"_Static_assert(offsetof(struct guestfs_{struct.name}_list, val) == 8, \"{struct.name}_list.val\");\n"
    for call in api.calls:
        if call.visibility == "internal":
            continue
        out += f"\n#ifdef GUESTFS_HAVE_{call.name.upper()}\n"
        for name, extra in c_functions(call):
            prototype = f"{c_return(call)} ({', '.join(c_parameters(call) + extra)})"
            out += f"_Static_assert(__builtin_types_compatible_p(__typeof__({name}), {prototype}), \"{name}\");\n"
        macro = f"GUESTFS_{call.name.upper()}" + ("_OPTS" if call.once_had_no_optargs else "")
        for arg in call.optional:
            bit = f"{macro}_{arg.name.upper()}"
            out += f"_Static_assert({bit} == {arg.bit}, \"{bit}\");\n"
        out += "#endif\n"
    return out
