// SPDX-License-Identifier: LGPL-2.1-or-later
//
// ScopeExit runs an action when the scope is left, unless dismissed. The action must not throw.
#pragma once

#include <utility>

namespace glovebox::base {

template <typename Action>
class ScopeExit {
 public:
  explicit ScopeExit(Action action) : action_(std::move(action)) {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ~ScopeExit() {
    if (armed_)
      action_();
  }
  void dismiss() { armed_ = false; }

 private:
  Action action_;
  bool armed_ = true;
};

}  // namespace glovebox::base
