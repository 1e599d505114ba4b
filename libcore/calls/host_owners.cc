// SPDX-License-Identifier: LGPL-2.1-or-later
#include "calls/host_owners.h"

#include <grp.h>
#include <pwd.h>

#include <array>

namespace glovebox::calls {
namespace {

constexpr size_t kMaxKnown = 256;
constexpr size_t kEntryBytes = 16 << 10;  // a group with more members than fit counts as unknown

std::optional<uint32_t> find_user(const std::string& name) {
  std::array<char, kEntryBytes> buffer;
  passwd entry = {};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
    return std::nullopt;
  return found->pw_uid;
}

std::optional<uint32_t> find_group(const std::string& name) {
  std::array<char, kEntryBytes> buffer;
  ::group entry = {};
  ::group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
    return std::nullopt;
  return found->gr_gid;
}

}  // namespace

uint32_t HostOwners::answer(Known& known,
                            const std::string& name,
                            uint32_t number,
                            std::optional<uint32_t> (*look_up)(const std::string& name)) {
  if (name.empty())
    return number;
  auto found = known.find(name);
  if (found == known.end()) {
    if (known.size() >= kMaxKnown)
      known.clear();
    found = known.emplace(name, look_up(name)).first;
  }
  return found->second.value_or(number);
}

uint32_t HostOwners::user(const std::string& name, uint32_t number) {
  return answer(users_, name, number, find_user);
}

uint32_t HostOwners::group(const std::string& name, uint32_t number) {
  return answer(groups_, name, number, find_group);
}

}  // namespace glovebox::calls
