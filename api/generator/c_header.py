# SPDX-License-Identifier: GPL-2.0-or-later
"""guestfs.h: names, types and values are those of the field's library; the words are ours."""

from generator.c_abi import (C_FIELDS, C_OPTARGS, HAND_WRITTEN, c_calls, c_functions, c_structs, joined, opts_name,
                             prototype)

HEAD = """/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The guestfs interface as Glovebox offers it: the C interface that guestfs(3) describes, version 1.48. Programs written
 * for it compile with this header and run with this library. Made by api/generate.py from api/; do not edit.
 *
 * A handle belongs to who created it and is freed by guestfs_close. A call that fails returns -1 or NULL and leaves its
 * message in guestfs_last_error and an errno value, if there is one, in guestfs_last_errno. Strings, lists and structs
 * that a call returns belong to the caller: free() for strings, each string and then the array for lists, the
 * guestfs_free_* functions for structs. Only "const char *" results belong to the handle.
 */
#ifndef GUESTFS_H_
#define GUESTFS_H_

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Define GUESTFS_NO_WARN_DEPRECATED to use old calls without a warning, GUESTFS_NO_DEPRECATED not to see them. */
#if defined(GUESTFS_NO_WARN_DEPRECATED) || !defined(__GNUC__)
#define GUESTFS_DEPRECATED_NO_REPLACEMENT
#define GUESTFS_DEPRECATED_REPLACED_BY(name)
#else
#define GUESTFS_DEPRECATED_NO_REPLACEMENT __attribute__((__deprecated__))
#define GUESTFS_DEPRECATED_REPLACED_BY(name) __attribute__((__deprecated__("guestfs_" name " takes its place")))
#endif

#ifdef __GNUC__
#define GUESTFS_GCC_VERSION (__GNUC__ * 10000 + __GNUC_MINOR__ * 100 + __GNUC_PATCHLEVEL__)
#define GUESTFS_DLL_PUBLIC __attribute__((visibility("default")))
#define GUESTFS_NORETURN __attribute__((noreturn))
#else
#define GUESTFS_DLL_PUBLIC
#define GUESTFS_NORETURN
#endif

#ifndef GUESTFS_TYPEDEF_H
#define GUESTFS_TYPEDEF_H 1
typedef struct guestfs_h guestfs_h;
#endif

/* --- Handles */
#define GUESTFS_CREATE_NO_ENVIRONMENT (1 << 0)   /* LIBGUESTFS_* variables are not looked at */
#define GUESTFS_CREATE_NO_CLOSE_ON_EXIT (1 << 1) /* exit() leaves the handle alone */
extern GUESTFS_DLL_PUBLIC guestfs_h *guestfs_create(void);
extern GUESTFS_DLL_PUBLIC guestfs_h *guestfs_create_flags(unsigned flags, ...);
extern GUESTFS_DLL_PUBLIC void guestfs_close(guestfs_h *g);

/* --- Errors */
#ifndef GUESTFS_TYPEDEF_ERROR_HANDLER_CB
#define GUESTFS_TYPEDEF_ERROR_HANDLER_CB 1
typedef void (*guestfs_error_handler_cb)(guestfs_h *g, void *opaque, const char *msg);
#endif
#ifndef GUESTFS_TYPEDEF_ABORT_CB
#define GUESTFS_TYPEDEF_ABORT_CB 1
typedef void (*guestfs_abort_cb)(void) GUESTFS_NORETURN;
#endif
extern GUESTFS_DLL_PUBLIC const char *guestfs_last_error(guestfs_h *g);
extern GUESTFS_DLL_PUBLIC int guestfs_last_errno(guestfs_h *g);
extern GUESTFS_DLL_PUBLIC void guestfs_set_error_handler(guestfs_h *g, guestfs_error_handler_cb cb, void *opaque);
extern GUESTFS_DLL_PUBLIC guestfs_error_handler_cb guestfs_get_error_handler(guestfs_h *g, void **opaque_rtn);
extern GUESTFS_DLL_PUBLIC void guestfs_push_error_handler(guestfs_h *g, guestfs_error_handler_cb cb, void *opaque);
extern GUESTFS_DLL_PUBLIC void guestfs_pop_error_handler(guestfs_h *g);
extern GUESTFS_DLL_PUBLIC void guestfs_set_out_of_memory_handler(guestfs_h *g, guestfs_abort_cb cb);
extern GUESTFS_DLL_PUBLIC guestfs_abort_cb guestfs_get_out_of_memory_handler(guestfs_h *g);

/* --- Events */
#define GUESTFS_EVENT_CLOSE 0x0001
#define GUESTFS_EVENT_SUBPROCESS_QUIT 0x0002
#define GUESTFS_EVENT_LAUNCH_DONE 0x0004
#define GUESTFS_EVENT_PROGRESS 0x0008
#define GUESTFS_EVENT_APPLIANCE 0x0010
#define GUESTFS_EVENT_LIBRARY 0x0020
#define GUESTFS_EVENT_TRACE 0x0040
#define GUESTFS_EVENT_ENTER 0x0080
#define GUESTFS_EVENT_LIBVIRT_AUTH 0x0100
#define GUESTFS_EVENT_WARNING 0x0200
#define GUESTFS_EVENT_ALL 0x03ff
#ifndef GUESTFS_TYPEDEF_EVENT_CALLBACK
#define GUESTFS_TYPEDEF_EVENT_CALLBACK 1
typedef void (*guestfs_event_callback)(guestfs_h *g, void *opaque, uint64_t event, int event_handle, int flags,
                                       const char *buf, size_t buf_len, const uint64_t *array, size_t array_len);
#endif
extern GUESTFS_DLL_PUBLIC int guestfs_set_event_callback(guestfs_h *g, guestfs_event_callback cb,
                                                         uint64_t event_bitmask, int flags, void *opaque);
extern GUESTFS_DLL_PUBLIC void guestfs_delete_event_callback(guestfs_h *g, int event_handle);
extern GUESTFS_DLL_PUBLIC char *guestfs_event_to_string(uint64_t event);

/* The callbacks of old: one for each kind of event. */
#ifndef GUESTFS_TYPEDEF_LOG_MESSAGE_CB
#define GUESTFS_TYPEDEF_LOG_MESSAGE_CB 1
typedef void (*guestfs_log_message_cb)(guestfs_h *g, void *opaque, char *buf, int len);
#endif
#ifndef GUESTFS_TYPEDEF_SUBPROCESS_QUIT_CB
#define GUESTFS_TYPEDEF_SUBPROCESS_QUIT_CB 1
typedef void (*guestfs_subprocess_quit_cb)(guestfs_h *g, void *opaque);
#endif
#ifndef GUESTFS_TYPEDEF_LAUNCH_DONE_CB
#define GUESTFS_TYPEDEF_LAUNCH_DONE_CB 1
typedef void (*guestfs_launch_done_cb)(guestfs_h *g, void *opaque);
#endif
#ifndef GUESTFS_TYPEDEF_CLOSE_CB
#define GUESTFS_TYPEDEF_CLOSE_CB 1
typedef void (*guestfs_close_cb)(guestfs_h *g, void *opaque);
#endif
#ifndef GUESTFS_TYPEDEF_PROGRESS_CB
#define GUESTFS_TYPEDEF_PROGRESS_CB 1
typedef void (*guestfs_progress_cb)(guestfs_h *g, void *opaque, int proc_nr, int serial, uint64_t position,
                                    uint64_t total);
#endif
#ifndef GUESTFS_NO_DEPRECATED
extern GUESTFS_DLL_PUBLIC void guestfs_set_log_message_callback(guestfs_h *g, guestfs_log_message_cb cb, void *opaque)
    GUESTFS_DEPRECATED_REPLACED_BY("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_subprocess_quit_callback(guestfs_h *g, guestfs_subprocess_quit_cb cb,
                                                                    void *opaque)
    GUESTFS_DEPRECATED_REPLACED_BY("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_launch_done_callback(guestfs_h *g, guestfs_launch_done_cb cb, void *opaque)
    GUESTFS_DEPRECATED_REPLACED_BY("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_close_callback(guestfs_h *g, guestfs_close_cb cb, void *opaque)
    GUESTFS_DEPRECATED_REPLACED_BY("set_event_callback");
extern GUESTFS_DLL_PUBLIC void guestfs_set_progress_callback(guestfs_h *g, guestfs_progress_cb cb, void *opaque)
    GUESTFS_DEPRECATED_REPLACED_BY("set_event_callback");
#endif

/* --- The caller's own data, by key */
extern GUESTFS_DLL_PUBLIC void guestfs_set_private(guestfs_h *g, const char *key, void *data);
extern GUESTFS_DLL_PUBLIC void *guestfs_get_private(guestfs_h *g, const char *key);
extern GUESTFS_DLL_PUBLIC void *guestfs_first_private(guestfs_h *g, const char **key_rtn);
extern GUESTFS_DLL_PUBLIC void *guestfs_next_private(guestfs_h *g, const char **key_rtn);

"""
# Of the functions that are no calls, those that came too late for every program to count on them.
ANNOUNCED = tuple(name for name in HAND_WRITTEN if name in (
    "create_flags", "last_errno", "push_error_handler", "pop_error_handler", "set_event_callback",
    "delete_event_callback", "event_to_string", "set_close_callback", "set_progress_callback", "set_private",
    "get_private", "first_private", "next_private"))


def struct_declaration(struct):
    name = f"struct guestfs_{struct.name}"
    fields = "".join(f"  {C_FIELDS[field.type].format(field.name)}\n" for field in struct.fields)
    out = f"\n#define GUESTFS_HAVE_STRUCT_{struct.name.upper()} 1\n{name} {{\n{fields}}};\n"
    out += f"{name}_list {{\n  uint32_t len;\n  {name} *val;\n}};\n"
    for kind in ("", "_list"):
        function, c_type = f"{struct.name}{kind}", f"{name}{kind} *"
        out += f"extern GUESTFS_DLL_PUBLIC int guestfs_compare_{function}(const {c_type}, const {c_type});\n"
        out += f"extern GUESTFS_DLL_PUBLIC {c_type}guestfs_copy_{function}(const {c_type});\n"
        out += f"extern GUESTFS_DLL_PUBLIC void guestfs_free_{function}({c_type});\n"
    return out


def optional_declaration(call):
    """The numbers of the optional arguments, and the struct that carries them."""
    opts = f"guestfs_{opts_name(call)}"
    out = "".join(f"#define {opts.upper()}_{arg.name.upper()} {arg.bit}\n" for arg in call.optional)
    out += "".join(f"#define {opts.upper()}_{arg.name.upper()}_BITMASK (UINT64_C(1) << {arg.bit})\n"
                   for arg in call.optional)
    fields = "".join(f"  {joined(C_OPTARGS[arg.type], arg.name)};\n" for arg in call.optional)
    return out + f"struct {opts}_argv {{\n  uint64_t bitmask; /* which of the members count */\n{fields}}};\n"


def call_declaration(call):
    out = f"\n#define GUESTFS_HAVE_{call.name.upper()} 1\n"
    if call.once_had_no_optargs:
        out += f"#define GUESTFS_HAVE_{call.name.upper()}_OPTS 1\n"
    out += optional_declaration(call) if call.optional else ""
    deprecated = ""
    if call.deprecated_by:
        deprecated = "\n    GUESTFS_DEPRECATED_" + (
            "NO_REPLACEMENT" if call.deprecated_by == "nothing" else f'REPLACED_BY("{call.deprecated_by}")')
        out += "#ifndef GUESTFS_NO_DEPRECATED\n"
    for name, extra in c_functions(call):
        out += f"extern GUESTFS_DLL_PUBLIC {prototype(call, name, extra)}{deprecated};\n"
    return out + ("#endif\n" if deprecated else "")


def is_private(name):
    return name.startswith("internal_") and name != "internal_exit"


def guestfs_h(api):
    out = HEAD + "".join(f"#define GUESTFS_HAVE_{name.upper()} 1\n" for name in ANNOUNCED)
    out += "\n/* --- Structs: free, copy, and compare (0 if they are equal) */\n"
    out += "".join(struct_declaration(struct) for struct in c_structs(api) if not is_private(struct.name))
    out += "\n/* --- Calls: guestfs(3) says what they do. */\n"
    public = [call for call in c_calls(api) if not is_private(call.name)]
    out += "".join(call_declaration(call) for call in public)
    out += "\n/* --- Used by the field's own tools and bindings. */\n#if GUESTFS_PRIVATE\n"
    out += "".join(struct_declaration(struct) for struct in c_structs(api) if is_private(struct.name))
    out += "".join(call_declaration(call) for call in c_calls(api) if is_private(call.name))
    out += "#endif\n\n/* --- Old names of the GUESTFS_HAVE_* macros */\n"
    out += "".join(f"#define LIBGUESTFS_HAVE_{name.upper()} 1\n" for name in
                   [name for name in ANNOUNCED if name != "event_to_string"] + [call.name for call in public])
    return out + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"
