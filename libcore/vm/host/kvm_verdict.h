// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What was found out about KVM by booting the appliance on it, as it is remembered in the cache
// directory (kvm-verdict.json). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::vm {

struct KvmVerdict {
  std::string situation;  // what it depends on: this boot of the host, user, qemu and kernel
  bool works = false;
  std::string reason;   // one line for people: what was measured, or what went wrong
  std::string checked;  // when, RFC 3339 in UTC
  bool operator==(const KvmVerdict&) const = default;
};

std::string to_json(const KvmVerdict& verdict);
// Throws Corrupt.
KvmVerdict parse_kvm_verdict(std::string_view text);

}  // namespace glovebox::vm
