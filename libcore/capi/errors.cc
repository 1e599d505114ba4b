// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Errors as C programs see them: the last message and errno value of each thread, and the handler
// that is told of each.
#include <cerrno>

#include "capi/handle.h"

using namespace glovebox::capi;

namespace glovebox::capi {

void set_error(guestfs_h* g, const std::string& message, int errnum) {
  const char* text = nullptr;
  {
    const std::lock_guard lock(g->errors_mutex);
    LastError& last = g->errors[std::this_thread::get_id()];
    last = {message, errnum};
    text = last.message.c_str();
  }
  if (g->error_handler.callback)
    g->error_handler.callback(g, g->error_handler.opaque, text);
  errno = errnum;
}

}  // namespace glovebox::capi

const char* guestfs_last_error(guestfs_h* g) {
  const std::lock_guard lock(g->errors_mutex);
  const auto at = g->errors.find(std::this_thread::get_id());
  return at == g->errors.end() ? nullptr : at->second.message.c_str();
}

int guestfs_last_errno(guestfs_h* g) {
  const std::lock_guard lock(g->errors_mutex);
  const auto at = g->errors.find(std::this_thread::get_id());
  return at == g->errors.end() ? 0 : at->second.errnum;
}

void guestfs_set_error_handler(guestfs_h* g, guestfs_error_handler_cb cb, void* opaque) {
  g->error_handler = {cb, opaque};
}

guestfs_error_handler_cb guestfs_get_error_handler(guestfs_h* g, void** opaque_rtn) {
  if (opaque_rtn)
    *opaque_rtn = g->error_handler.opaque;
  return g->error_handler.callback;
}

void guestfs_push_error_handler(guestfs_h* g, guestfs_error_handler_cb cb, void* opaque) {
  g->error_handlers.push_back(g->error_handler);
  g->error_handler = {cb, opaque};
}

void guestfs_pop_error_handler(guestfs_h* g) {
  if (g->error_handlers.empty()) {
    g->error_handler = {print_error, nullptr};
    return;
  }
  g->error_handler = g->error_handlers.back();
  g->error_handlers.pop_back();
}

void guestfs_set_out_of_memory_handler(guestfs_h* g, guestfs_abort_cb cb) {
  g->out_of_memory = cb;
}

guestfs_abort_cb guestfs_get_out_of_memory_handler(guestfs_h* g) {
  return g->out_of_memory;
}
