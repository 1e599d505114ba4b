// SPDX-License-Identifier: GPL-2.0-or-later
//
// virt-appliance info and clear: where the appliance and the saved templates are, how large and how
// old; deleting the latter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glovebox/admin.h"
#include "tools/common/output/output.h"
#include "tools/virt-appliance/answer.h"

namespace glovebox::tools {

struct Cache {
  std::string directory;
  std::vector<TemplateInfo> templates = {};
  std::string problem = {};  // why it could not be read
};

struct Inventory {
  std::optional<ApplianceInfo> appliance = {};
  std::string appliance_problem = {};  // if absent
  std::vector<Cache> caches = {};
};

// Pure. `now` as seconds since 1970, for ages.
std::string inventory_text(const Inventory& inventory, int64_t now);
std::string inventory_json(const Inventory& inventory);

// How long ago an RFC 3339 time in UTC was: "3 hours ago"; empty if it is not one.
std::string age_text(const std::string& rfc3339, int64_t now);

int show_info(AnswerForm form, Output& out);
int clear_cache(Whose whose, AnswerForm form, Output& out);

}  // namespace glovebox::tools
