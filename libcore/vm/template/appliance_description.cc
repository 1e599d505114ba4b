// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/appliance_description.h"

#include "vm/host/checked_json.h"

namespace glovebox::vm {

ApplianceDescription parse_appliance_description(std::string_view text) {
  const CheckedJson document(text);
  ApplianceDescription description = {.kernel = document.text("kernel").value_or(""),
                                      .built = document.text("built").value_or("")};
  if (const auto digests = document.object("sha256"))
    description.root_digest = digests->text("root").value_or("");
  if (const auto inputs = document.object("root_inputs"))
    if (const auto packages = inputs->object("packages"))
      description.packages = packages->texts();
  return description;
}

}  // namespace glovebox::vm
