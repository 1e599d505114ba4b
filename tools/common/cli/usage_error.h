// SPDX-License-Identifier: GPL-2.0-or-later
//
// UsageError: the command line is wrong. Its message is told as "PROG: MESSAGE" (nothing if empty),
// then the advice lines as they are, then, if asked for, the line that points at --help. The exit
// status is 1.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "glovebox/error.h"

namespace glovebox::tools {

enum class Then { Nothing, TryHelp };

class UsageError : public Error {
 public:
  UsageError(std::string message, Then then, std::vector<std::string> advice = {})
      : Error(Errc::Usage, std::move(message)), then_(then), advice_(std::move(advice)) {}

  Then then() const { return then_; }
  const std::vector<std::string>& advice() const { return advice_; }

 private:
  Then then_;
  std::vector<std::string> advice_;
};

}  // namespace glovebox::tools
