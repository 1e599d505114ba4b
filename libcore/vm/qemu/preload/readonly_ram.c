/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * qemu before 8.2 opens the file of a memory-backend-file read-write even for a private mapping
 * (share=off), creates it when it is missing, and has no option against either. A clone of a
 * template must not hold a descriptor that can write the RAM that every later clone starts from,
 * and an ordinary user must be able to map a system-wide template of mode 0444. So this library,
 * preloaded into qemu, opens one path, the one in GLOVEBOX_READONLY_PATH, O_RDONLY whatever was
 * asked for. A MAP_PRIVATE mapping may still be written: its pages are copied.
 *
 * It is not a wall, only a door that opens the right way: what keeps qemu from the file is Landlock
 * and the mount.
 */
/* open and open64 are defined apart here, so the headers must not turn one into the other, nor into
 * an inline. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#define _GNU_SOURCE
#define _LARGEFILE64_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EXPORT __attribute__((visibility("default")))

static int flags_for(const char* path, int flags) {
  const char* readonly_path = getenv("GLOVEBOX_READONLY_PATH");
  if (!path || !readonly_path || strcmp(path, readonly_path) != 0)
    return flags;
  return (flags & ~(O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC)) | O_RDONLY;
}

/* The mode argument exists only with flags that create a file. */
static mode_t mode_from(int flags, va_list arguments) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

typedef int (*OpenFunction)(const char*, int, ...);
typedef int (*OpenatFunction)(int, const char*, int, ...);

/* A function pointer from dlsym, without the conversion that ISO C has no words for. */
static OpenFunction next_open(const char* name) {
  OpenFunction function;
  void* symbol = dlsym(RTLD_NEXT, name);
  memcpy(&function, &symbol, sizeof function);
  return function;
}

static OpenatFunction next_openat(const char* name) {
  OpenatFunction function;
  void* symbol = dlsym(RTLD_NEXT, name);
  memcpy(&function, &symbol, sizeof function);
  return function;
}

#define DEFINE_OPEN(NAME)                                        \
  EXPORT int NAME(const char* path, int flags, ...) {            \
    va_list arguments;                                           \
    va_start(arguments, flags);                                  \
    const mode_t mode = mode_from(flags, arguments);             \
    va_end(arguments);                                           \
    return next_open(#NAME)(path, flags_for(path, flags), mode); \
  }

#define DEFINE_OPENAT(NAME)                                                   \
  EXPORT int NAME(int directory, const char* path, int flags, ...) {          \
    va_list arguments;                                                        \
    va_start(arguments, flags);                                               \
    const mode_t mode = mode_from(flags, arguments);                          \
    va_end(arguments);                                                        \
    return next_openat(#NAME)(directory, path, flags_for(path, flags), mode); \
  }

DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_OPENAT(openat)
DEFINE_OPENAT(openat64)

/* What programs built with _FORTIFY_SOURCE call when no mode is given. */
EXPORT int __open_2(const char* path, int flags);
EXPORT int __open64_2(const char* path, int flags);
EXPORT int __openat_2(int directory, const char* path, int flags);
EXPORT int __openat64_2(int directory, const char* path, int flags);
int __open_2(const char* path, int flags) {
  return next_open("open")(path, flags_for(path, flags));
}
int __open64_2(const char* path, int flags) {
  return next_open("open64")(path, flags_for(path, flags));
}
int __openat_2(int directory, const char* path, int flags) {
  return next_openat("openat")(directory, path, flags_for(path, flags));
}
int __openat64_2(int directory, const char* path, int flags) {
  return next_openat("openat64")(directory, path, flags_for(path, flags));
}
