// SPDX-License-Identifier: LGPL-2.1-or-later
// The program's own pointers, by key. Walking over them is disturbed by changes, as guestfs(3)
// says.
#include "capi/handle.h"

namespace {

void* at_position(guestfs_h* g, const char** key_rtn) {
  if (g->private_position == g->private_data.end())
    return nullptr;
  *key_rtn = g->private_position->first.c_str();
  return g->private_position->second;
}

}  // namespace

void guestfs_set_private(guestfs_h* g, const char* key, void* data) {
  g->private_data[key] = data;
  g->private_position = g->private_data.end();
}

void* guestfs_get_private(guestfs_h* g, const char* key) {
  const auto at = g->private_data.find(key);
  return at == g->private_data.end() ? nullptr : at->second;
}

// A key whose pointer is NULL was deleted.
void* guestfs_first_private(guestfs_h* g, const char** key_rtn) {
  g->private_position = g->private_data.begin();
  while (g->private_position != g->private_data.end() && !g->private_position->second)
    ++g->private_position;
  return at_position(g, key_rtn);
}

void* guestfs_next_private(guestfs_h* g, const char** key_rtn) {
  if (g->private_position == g->private_data.end())
    return nullptr;
  do {
    ++g->private_position;
  } while (g->private_position != g->private_data.end() && !g->private_position->second);
  return at_position(g, key_rtn);
}
