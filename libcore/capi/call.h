// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One call from C, while it runs: takes the handle's lock, tells that it was entered, and is the
// one place where a C++ exception becomes the handle's last error. Every generated wrapper has one.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "capi/guestfs.h"

namespace glovebox::capi {

class Call {
 public:
  // `shown` is the name in messages about arguments, which the form with options may have.
  Call(guestfs_h* g, const char* name, const char* shown);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  // The handle goes away here if a callback closed it.
  ~Call();

  // These throw Usage: an argument that is NULL, an option that is, bits that are no options.
  void not_null(const void* value, const char* parameter) const;
  void option_not_null(const void* value, const char* option) const;
  void option_list_not_null(const void* value, const char* option) const;
  void known_options(uint64_t bitmask, uint64_t known) const;

  // Throws Usage once the handle is launched.
  void require_config() const;

  // Text that stays until the next call of the same name.
  const char* keep(const std::optional<std::string>& text);

  // To be called in a catch (...): the current exception becomes the last error.
  void failed() noexcept;

 private:
  guestfs_h* g_;
  const char* name_;
  const char* shown_;
  std::unique_lock<std::recursive_mutex> lock_;
};

// What a call that is a symbol only says.
void not_implemented(guestfs_h* g, const char* name) noexcept;

}  // namespace glovebox::capi
