// SPDX-License-Identifier: GPL-2.0-or-later
//
// The function table of plugin.h over PluginServices, for the length of one call. No exception
// leaves it. Used in the plugin's own process, and directly in tests of plugins:
//
//   Findings found = call_plugin(plugin.detect, tree, {{"device", "/dev/sda1"}});
#pragma once

#include <map>
#include <string>

#include "inspect/plugin/plugin.h"
#include "inspect/report/report_json.h"
#include "inspect/tree/file_tree.h"
#include "inspect/worker/findings.h"

namespace glovebox::inspect {

// Calls one function of a plugin. `known` is what get_string answers, besides what the plugin sets
// itself. wants is a mask of GLOVEBOX_INSPECT_WANT_*. More than most_applications are refused.
Findings call_plugin(int (*function)(const glovebox_inspect_host*),
                     const FileTree& tree,
                     const std::map<std::string, std::string>& known,
                     uint32_t wants = 0,
                     size_t most_applications = kMaxApplications);

}  // namespace glovebox::inspect
