// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Reads the reply of a call: used by the generated members of Calls.
#pragma once

#include <string>
#include <type_traits>

#include "base/cat.h"
#include "glovebox/calls.h"
#include "proto/xdr.h"

namespace glovebox::calls {

// Returns what `read` returns. Throws Corrupt if the reply is not well-formed, or longer than what
// `read` took.
template <typename Read>
auto decode_reply(const CallInfo& call, const std::string& reply, const Read& read) {
  try {
    proto::XdrReader in(reply);
    if constexpr (std::is_void_v<decltype(read(in))>) {
      read(in);
      in.finish();
    } else {
      auto result = read(in);
      in.finish();
      return result;
    }
  } catch (Error& e) {
    throw e.in(base::cat(call.name, ": the appliance's reply is damaged"));
  }
}

}  // namespace glovebox::calls
