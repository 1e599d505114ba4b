// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/qmp_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/cat.h"

namespace glovebox::vm {
namespace {

using nlohmann::json;

// A text member, cut; `otherwise` where it is none.
std::string text_of(const json& object, const char* name, size_t cap, const char* otherwise) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string())
    return otherwise;
  return object[name].get<std::string>().substr(0, cap);
}

}  // namespace

std::optional<IoError> parse_io_error(const std::string& event_data) {
  constexpr size_t kLongest = 200;
  const json event = json::parse(event_data, nullptr, false);
  if (!event.is_object())
    return std::nullopt;
  const std::string node = text_of(event, "node-name", kLongest, "?");  // "drive0-imageoverlay"
  return IoError{.device = node.substr(0, node.find('-')),
                 .on_overlay = node.ends_with("overlay"),
                 .operation = text_of(event, "operation", kLongest, "?"),
                 .reason = text_of(event, "reason", kLongest, "?")};
}

std::string parse_status(const std::string& reply) {
  constexpr size_t kLongest = 40;
  std::string text = base::escape(
      text_of(json::parse(reply, nullptr, false), "status", kLongest, "for no known reason"));
  std::ranges::replace(text, '-', ' ');  // "internal-error"
  return text;
}

Migration parse_migration(const std::string& event_data) {
  const std::string status = text_of(json::parse(event_data, nullptr, false), "status", 40, "");
  return status == "completed" ? Migration::Completed
         : status == "failed"  ? Migration::Failed
                               : Migration::Goes;
}

}  // namespace glovebox::vm
