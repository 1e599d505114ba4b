// SPDX-License-Identifier: GPL-2.0-or-later
//
// WalkStream cuts the stream that internal_walk sends (struct walk_entry in XDR, one after the
// other) into entries, fed with pieces of any size. An entry larger than kMaxEntryBytes, or a
// stream that ends within one, is Error(Corrupt).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "glovebox/structs.h"

namespace glovebox::tools {

class WalkStream {
 public:
  static constexpr size_t kMaxEntryBytes = 1 << 20;

  explicit WalkStream(std::function<void(const WalkEntry&)> on_entry);
  void feed(std::string_view piece);
  void finish() const;

 private:
  std::function<void(const WalkEntry&)> on_entry_;
  std::string rest_;  // the begin of an entry
};

}  // namespace glovebox::tools
