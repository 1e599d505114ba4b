// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/engine/separate_usr.h"

#include <utility>

namespace glovebox::inspect {
namespace {

std::string distro_of(const Findings& findings) {
  const auto found = findings.strings.find("distro");
  return found == findings.strings.end() ? "" : found->second;
}

std::pair<int32_t, int32_t> version_of(const Findings& findings) {
  const auto number = [&](const char* key) {
    const auto found = findings.integers.find(key);
    return found == findings.integers.end() ? 0 : found->second;
  };
  return {number("major_version"), number("minor_version")};
}

}  // namespace

const Volume* separate_usr_of(const Claim& root, const std::vector<Claim>& claims) {
  if (root.findings.role != Role::SplitRoot)
    return nullptr;
  const Claim* best = nullptr;
  for (const Claim& claim : claims)
    if (claim.findings.role == Role::Usr && distro_of(claim.findings) == distro_of(root.findings) &&
        (!best || version_of(claim.findings) > version_of(best->findings)))
      best = &claim;
  return best ? best->volume : nullptr;
}

}  // namespace glovebox::inspect
