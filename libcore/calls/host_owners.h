// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Users and groups of this host by name, as tar(1) gives the files of an archive to them: a name
// that this host does not have leaves the number. Answers are kept, some hundred of them, since a
// look-up may ask a network. Used by one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace glovebox::calls {

class HostOwners {
 public:
  uint32_t user(const std::string& name, uint32_t number);
  uint32_t group(const std::string& name, uint32_t number);

 private:
  using Known = std::map<std::string, std::optional<uint32_t>>;
  static uint32_t answer(Known& known,
                         const std::string& name,
                         uint32_t number,
                         std::optional<uint32_t> (*look_up)(const std::string& name));

  Known users_, groups_;
};

}  // namespace glovebox::calls
