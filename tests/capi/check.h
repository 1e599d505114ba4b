// SPDX-License-Identifier: GPL-2.0-or-later
//
// Checks for the C programs here: what differs is printed, the first difference ends the program.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                 \
  do {                                                                   \
    if (!(condition)) {                                                  \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                           \
    }                                                                    \
  } while (0)

#define CHECK_TEXT(actual, expected)                                                                \
  do {                                                                                              \
    const char *text_ = (actual);                                                                   \
    if (!text_ || strcmp(text_, (expected)) != 0) {                                                 \
      fprintf(stderr, "%s:%d: it is\n  %s\nand should be\n  %s\n", __FILE__, __LINE__,             \
              text_ ? text_ : "NULL", (expected));                                                  \
      exit(1);                                                                                      \
    }                                                                                               \
  } while (0)

// A call that fails, with this message and this errno value. Calls of each type.
#define FAILS_WITH(call, failure, expected, errnum)     \
  do {                                                  \
    CHECK((call) == (failure));                         \
    CHECK_TEXT(guestfs_last_error(g), (expected));      \
    CHECK(guestfs_last_errno(g) == (errnum));           \
  } while (0)
#define FAILS(call, expected, errnum) FAILS_WITH(call, -1, expected, errnum)
#define FAILS_NULL(call, expected, errnum) FAILS_WITH(call, NULL, expected, errnum)

// A list of short texts that a call returned, joined by spaces. Frees it.
static inline void check_list(char **list, const char *expected) {
  CHECK(list);
  char text[1024] = "";
  for (size_t i = 0; list[i]; ++i) {
    CHECK(strlen(text) + 1 + strlen(list[i]) < sizeof text);
    strcat(strcat(text, i ? " " : ""), list[i]);
    free(list[i]);
  }
  free(list);
  CHECK_TEXT(text, expected);
}

#endif
