// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/checked_json.h"

#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::vm {
namespace {

using nlohmann::json;

[[noreturn]] void wrong(std::string_view name, const char* wanted) {
  throw Error(Errc::Corrupt, base::cat("'", base::escape(name), "' is not ", wanted));
}

std::string checked_text(std::string_view name, const json& value) {
  if (!value.is_string())
    wrong(name, "a text");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > CheckedJson::kMaxText)
    throw Error(Errc::Corrupt, base::cat("'", base::escape(name), "' is longer than ",
                                         CheckedJson::kMaxText, " bytes"));
  return text;
}

json parse(std::string_view document) {
  if (document.size() > CheckedJson::kMaxBytes)
    throw Error(Errc::Corrupt, base::cat("longer than ", CheckedJson::kMaxBytes, " bytes"));
  json parsed = json::parse(document, nullptr, false);
  if (!parsed.is_object())
    throw Error(Errc::Corrupt, "not a JSON object");
  return parsed;
}

}  // namespace

CheckedJson::CheckedJson(std::string_view document)
    : object_(std::make_shared<const json>(parse(document))) {}

CheckedJson::CheckedJson(const json& object) : object_(std::make_shared<const json>(object)) {}

const json* CheckedJson::find(const char* name) const {
  const auto found = object_->find(name);
  return found == object_->end() ? nullptr : &*found;
}

std::optional<std::string> CheckedJson::text(const char* name) const {
  const json* const value = find(name);
  return value ? std::optional(checked_text(name, *value)) : std::nullopt;
}

std::optional<bool> CheckedJson::truth(const char* name) const {
  const json* const value = find(name);
  if (value && !value->is_boolean())
    wrong(name, "true or false");
  return value ? std::optional(value->get<bool>()) : std::nullopt;
}

std::optional<CheckedJson> CheckedJson::object(const char* name) const {
  const json* const value = find(name);
  if (value && !value->is_object())
    wrong(name, "an object");
  return value ? std::optional(CheckedJson(*value)) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> CheckedJson::texts() const {
  if (object_->size() > kMaxMembers)
    throw Error(Errc::Corrupt, base::cat("more than ", kMaxMembers, " members"));
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [name, value] : object_->items())
    result.emplace_back(name, checked_text(name, value));
  return result;
}

}  // namespace glovebox::vm
