// SPDX-License-Identifier: GPL-2.0-or-later
//
// The text of LVM2 metadata (lvm.conf's grammar): sections "name { ... }", and "key = value" where
// a value is a string, an integer or a list of both; "#" starts a comment. Foreign bytes: depth,
// sections and values are capped; anything else than this grammar is Error(Corrupt) with the line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace glovebox::guestd {

class LvmSection {
 public:
  using Scalar = std::variant<int64_t, std::string>;

  // Each throws Corrupt if the key is missing or of another kind.
  int64_t number(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  const LvmSection& section(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;

  const std::vector<Scalar>* try_list(std::string_view key) const;
  const LvmSection* try_section(std::string_view key) const;
  bool has(std::string_view key) const { return try_list(key) != nullptr; }
  const std::vector<std::pair<std::string, std::unique_ptr<LvmSection>>>& sections() const {
    return sections_;
  }

 private:
  friend class LvmTextParser;
  std::vector<std::pair<std::string, std::vector<Scalar>>>
      values_;  // a plain value is a list of one
  std::vector<std::pair<std::string, std::unique_ptr<LvmSection>>> sections_;
};

// The whole text, as a section without a name.
LvmSection parse_lvm_text(std::string_view text);

}  // namespace glovebox::guestd
