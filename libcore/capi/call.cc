// SPDX-License-Identifier: LGPL-2.1-or-later
#include "capi/call.h"

#include <cerrno>
#include <new>

#include "base/cat.h"
#include "capi/handle.h"

namespace glovebox::capi {

using base::cat;

Call::Call(guestfs_h* g, const char* name, const char* shown)
    : g_(g), name_(name), shown_(shown), lock_(g->mutex) {
  ++g_->calls_running;
  emit_enter(g_, name_);
}

Call::~Call() {
  if (--g_->calls_running > 0 || !g_->close_requested)
    return;
  lock_.unlock();
  destroy(g_);
}

void Call::not_null(const void* value, const char* parameter) const {
  if (!value)
    throw Error(Errc::Usage, cat(shown_, ": ", parameter, ": parameter cannot be NULL"));
}

void Call::option_not_null(const void* value, const char* option) const {
  if (!value)
    throw Error(Errc::Usage, cat(shown_, ": ", option, ": optional parameter cannot be NULL"));
}

void Call::option_list_not_null(const void* value, const char* option) const {
  if (!value)
    throw Error(Errc::Usage, cat(shown_, ": ", option, ": optional list cannot be NULL"));
}

void Call::known_options(uint64_t bitmask, uint64_t known) const {
  if (bitmask & ~known)
    throw Error(Errc::Usage,
                cat(shown_, ": unknown option in guestfs_", shown_,
                    "_argv->bitmask (this can happen if a program is compiled against a newer "
                    "version of libguestfs, then dynamically linked to an older version)"));
}

void Call::require_config() const {
  capi::require_config(*g_, name_);
}

const char* Call::keep(const std::optional<std::string>& text) {
  if (!text)
    return nullptr;
  std::string& kept = g_->kept[name_];
  kept = *text;
  return kept.c_str();
}

void Call::failed() noexcept {
  try {
    try {
      throw;
    } catch (const Error& e) {
      set_error(g_, e.what(), e.errnum());
    } catch (const std::bad_alloc&) {
      g_->out_of_memory();
    } catch (const std::exception& e) {
      set_error(g_, cat(name_, ": ", e.what()), 0);
    }
  } catch (...) {
    g_->out_of_memory();  // even the message found no room
  }
}

void not_implemented(guestfs_h* g, const char* name) noexcept {
  Call call(g, name, name);
  try {
    throw Error(Errc::Unsupported, cat(name, ": this call is not implemented in Glovebox yet"),
                ENOTSUP);
  } catch (...) {
    call.failed();
  }
}

}  // namespace glovebox::capi
