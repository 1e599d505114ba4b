// SPDX-License-Identifier: GPL-2.0-or-later
//
// Keys: what the user has to open encrypted volumes with: the --key options, and what is typed
// where none of them is for a volume. Answers are kept, so that nobody is asked twice when a guest
// in use is looked at again. Keys are in the form that the call cryptsetup_open takes ("text:..."
// or "base64:..."). Borrows the options.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/common/guest/guest_options.h"

namespace glovebox::tools {

// Whether `id` of a --key names this container: its device by any of its names, its UUID in
// capitals or not, or "all".
bool selects(const std::string& id, const std::string& device, const std::string& uuid);

class Keys {
 public:
  explicit Keys(const GuestOptions& options) : options_(options) {}

  bool given() const { return !options_.keys.empty(); }
  // The keys for this container, in the order to try them. Throws Error if a key's file cannot be
  // read.
  std::vector<std::string> matching(const std::string& device, const std::string& uuid);
  // Asks for the key on the terminal, or takes the next line of stdin where --keys-from-stdin says
  // so. Absent if there is no terminal, or the answer is empty. Throws Error if stdin has no more
  // lines.
  std::optional<std::string> ask(const std::string& device);

 private:
  const std::vector<std::string>& of_file(const std::string& path);

  const GuestOptions& options_;
  std::map<std::string, std::vector<std::string>> files_;  // by path: a pipe can be read once
  std::map<std::string, std::optional<std::string>> answers_;
};

}  // namespace glovebox::tools
