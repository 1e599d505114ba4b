// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The report as the JSON document of inspect/report.schema.json: {"glovebox", "source", "sources",
// "operatingsystems", "problems"}, indented by two spaces, closed by a newline; or the whole
// document on one line, for JSON Lines.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "inspect/report/report.h"

namespace glovebox::inspect {

struct JsonOptions {
  // What the user named: "disk.qcow2" and further disks of the guest, or a domain; any bytes,
  // escaped if they are not UTF-8. Not empty.
  std::vector<std::string> sources;
  std::string version;  // of Glovebox
  bool one_line = false;
};

void write_json(const Report& report, const JsonOptions& options, std::ostream& out);

}  // namespace glovebox::inspect
