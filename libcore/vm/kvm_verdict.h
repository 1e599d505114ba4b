// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What was found out about KVM, as it is remembered in the cache directory (kvm-verdict.json). Pure
// functions.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::vm {

struct KvmVerdict {
  std::string situation;  // what it depends on: this boot, user and qemu
  bool works = false;
  std::string reason;  // one line for people
  bool operator==(const KvmVerdict&) const = default;
};

std::string to_json(const KvmVerdict& verdict);
// Throws Corrupt.
KvmVerdict parse_kvm_verdict(std::string_view text);

}  // namespace glovebox::vm
