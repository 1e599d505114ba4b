// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/layer_report.h"

#include <charconv>

#include "base/cat.h"
#include "base/error.h"
#include "vm/host/checked_json.h"

namespace glovebox::vm {
namespace {

void take_line(const std::string& line, LayerReport& report) {
  const CheckedJson entry(line);
  if (const auto error = entry.text("error")) {
    report.error = *error;
    return;
  }
  if (const auto child = entry.text("child")) {
    std::from_chars(child->data(), child->data() + child->size(), report.child);
    return;
  }
  const auto name = entry.text("layer");
  const auto ok = entry.truth("ok");
  if (!name || !ok)
    throw Error(Errc::Corrupt, "a line without 'layer' and 'ok'");
  report.layers.push_back({*name, *ok, entry.text("reason").value_or("")});
}

}  // namespace

LayerReport parse_layer_report(std::string_view text) {
  LayerReport report;
  for (const std::string& line : base::split(text, '\n'))
    if (!line.empty())
      take_line(line, report);
  return report;
}

}  // namespace glovebox::vm
