// SPDX-License-Identifier: LGPL-2.1-or-later
//
// template.json, which is published with a template and says what its files have to be. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

namespace glovebox::vm {

struct TemplateDescription {
  std::string key = {};      // escaped: it holds names of files
  std::string created = {};  // RFC 3339, UTC
  std::string ram_digest = {};
  std::string state_digest = {};
  bool operator==(const TemplateDescription&) const = default;
};

std::string to_json(const TemplateDescription& description);
// Throws Corrupt.
TemplateDescription parse_template_description(std::string_view text);

}  // namespace glovebox::vm
