// SPDX-License-Identifier: GPL-2.0-or-later
//
// What virt-inspector does: prints the report on one guest as XML or JSON, or answers an XPath
// query on such XML. What could not be read is told on stderr in both forms.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "glovebox/calls.h"
#include "tools/common/guest/guest_options.h"
#include "tools/common/guest/mount.h"
#include "tools/common/output/messages.h"
#include "tools/common/output/output.h"

namespace glovebox::tools {

enum class ReportForm { Xml, Json };

struct InspectorOptions {
  std::vector<std::string> sources = {};  // the disks or guest as the user named them; not empty
  ReportForm form = ReportForm::Xml;
  Applications applications = Applications::Yes;
  Icon icon = Icon::Yes;
  std::vector<KeySelector> keys = {};     // those that were given, to say which volumes they missed
  std::vector<std::string> plugins = {};  // shared objects to ask besides those of the appliance
};

// Inspects and prints. The exit status: 0 also if no operating system is there, or only part of one
// could be read; 1 if one of the plugins cannot be used (the report is printed all the same).
int print_report(
    Calls& guest, const InspectorOptions& options, Damage damage, Output& out, Messages& messages);

int run_query(const std::string& query, std::istream& in, Output& out);

}  // namespace glovebox::tools
