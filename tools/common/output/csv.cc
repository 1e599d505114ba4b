// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/output/csv.h"

namespace glovebox::tools {

std::string csv_field(std::string_view field) {
  // A carriage return ends a line for many readers: a guest's file name must not add a record to
  // ours.
  if (field.find_first_of(" ,\"\n\r") == std::string_view::npos)
    return std::string(field);
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"')
      quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : ",") + csv_field(fields[i]);
  return line + "\n";
}

}  // namespace glovebox::tools
