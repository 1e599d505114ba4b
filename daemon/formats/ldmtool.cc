// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/formats/ldmtool.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

using Json = nlohmann::json;

[[noreturn]] void throw_unexpected(const std::string& what) {
  throw Error(Errc::Corrupt, "ldmtool printed something else than " + what, EPROTO);
}

Json parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    throw_unexpected("JSON");
  return json;
}

std::vector<std::string> names_in(const Json& json) {
  if (!json.is_array())
    throw_unexpected("a list of names");
  std::vector<std::string> names;
  for (const Json& name : json) {
    if (!name.is_string())
      throw_unexpected("a list of names");
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

std::vector<std::string> parse_ldm_names(std::string_view text) {
  return names_in(parse(text));
}

std::string parse_ldm_field(std::string_view text, const std::string& key) {
  const Json json = parse(text);
  if (!json.is_object())
    throw_unexpected("an object");
  const auto field = json.find(key);
  if (field == json.end())
    return "";
  if (!field->is_string())
    throw_unexpected(base::cat("a text for '", key, "'"));
  return field->get<std::string>();
}

std::vector<std::string> parse_ldm_list(std::string_view text, const std::string& key) {
  const Json json = parse(text);
  const auto field = json.find(key);
  if (!json.is_object() || field == json.end())
    throw_unexpected(base::cat("an object with '", key, "'"));
  return names_in(*field);
}

}  // namespace glovebox::guestd
