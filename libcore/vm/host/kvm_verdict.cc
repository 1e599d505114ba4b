// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/kvm_verdict.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "vm/host/checked_json.h"

namespace glovebox::vm {

std::string to_json(const KvmVerdict& verdict) {
  const nlohmann::json document = {{"situation", verdict.situation},
                                   {"works", verdict.works},
                                   {"reason", verdict.reason},
                                   {"checked", verdict.checked}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

KvmVerdict parse_kvm_verdict(std::string_view text) {
  const CheckedJson document(text);
  const auto situation = document.text("situation");
  const auto works = document.truth("works");
  const auto reason = document.text("reason");
  const auto checked = document.text("checked");
  if (!situation || !works || !reason || !checked)
    throw Error(Errc::Corrupt, "a part of the verdict is missing");
  return {*situation, *works, *reason, *checked};
}

}  // namespace glovebox::vm
