// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/template_description.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "vm/host/checked_json.h"

namespace glovebox::vm {

std::string to_json(const TemplateDescription& description) {
  const nlohmann::json document = {{"key", description.key},
                                   {"created", description.created},
                                   {"ram_digest", description.ram_digest},
                                   {"state_digest", description.state_digest}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

TemplateDescription parse_template_description(std::string_view text) {
  const CheckedJson document(text);
  const auto member = [&](const char* name) {
    const auto value = document.text(name);
    if (!value)
      throw Error(Errc::Corrupt, std::string("no '") + name + "'");
    return *value;
  };
  return {member("key"), member("created"), member("ram_digest"), member("state_digest")};
}

}  // namespace glovebox::vm
