// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The supervisor's report (supervisor/report.h), read: which walls stand, and why some do not. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox::vm {

struct LayerState {
  std::string name;
  bool ok = false;
  std::string reason = {};  // why not
  bool operator==(const LayerState&) const = default;
};

struct LayerReport {
  std::vector<LayerState> layers = {};
  std::string error = {};  // why the program was not started; empty if it was
  int child = 0;           // process that becomes the program; 0: the report does not say
  bool operator==(const LayerReport&) const = default;
};

// A line for each layer, one for the child and one for the error. Throws Corrupt for any other
// line: a wall that nobody can tell about does not stand.
LayerReport parse_layer_report(std::string_view text);

}  // namespace glovebox::vm
