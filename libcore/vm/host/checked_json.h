// SPDX-License-Identifier: LGPL-2.1-or-later
//
// JSON that Glovebox wrote itself and reads again: it may be damaged, older than this program, or
// put there by somebody else, so types and lengths are checked, and what is wrong is
// Error(Corrupt). A value; any thread.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glovebox::vm {

class CheckedJson {
 public:
  static constexpr size_t kMaxBytes = 1 << 20;   // of a document
  static constexpr size_t kMaxText = 64 << 10;   // of a text in it
  static constexpr size_t kMaxMembers = 100000;  // of an object of texts

  // "not a JSON object" for anything else.
  explicit CheckedJson(std::string_view document);

  // Absent: no such member. "'kernel' is not a text" for another type.
  std::optional<std::string> text(const char* name) const;
  std::optional<bool> truth(const char* name) const;
  std::optional<CheckedJson> object(const char* name) const;
  // All members, each of which is a text.
  std::vector<std::pair<std::string, std::string>> texts() const;

 private:
  explicit CheckedJson(const nlohmann::json& object);
  const nlohmann::json* find(const char* name) const;

  std::shared_ptr<const nlohmann::json> object_;
};

}  // namespace glovebox::vm
