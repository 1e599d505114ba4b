// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/running.h"

#include "glovebox/error.h"

namespace glovebox::tools {

void look_at_running(const std::function<void(Damage)>& look,
                     const std::function<void()>& start_anew) {
  for (int attempt = 1; attempt < kTries; ++attempt) {
    try {
      return look(Damage::Throw);
    } catch (const Error& e) {
      if (e.code() != Errc::Remote && e.code() != Errc::Corrupt)
        throw;
    }
    start_anew();
  }
  look(Damage::ReadPast);
}

}  // namespace glovebox::tools
