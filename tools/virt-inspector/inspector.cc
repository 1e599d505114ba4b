// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-inspector/inspector.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/cat.h"
#include "inspect/format/json.h"
#include "inspect/format/xml.h"
#include "inspect/format/xpath.h"

namespace glovebox::tools {
namespace {

std::string formatted(const inspect::Report& report, const InspectorOptions& options) {
  std::ostringstream text;
  if (options.form == ReportForm::Json)
    inspect::write_json(report, {.source = options.source, .version = GLOVEBOX_VERSION}, text);
  else
    inspect::write_xml(report, text);
  return std::move(text).str();
}

void tell(const inspect::Report& report, const std::string& source, Messages& messages) {
  for (const inspect::Problem& problem : report.problems)
    messages.warning(base::cat(source, ": ", problem.where, ": ", problem.what));
  if (report.operatingsystems.empty())
    messages.note(base::cat(source, ": no operating system was found on this disk"));
}

}  // namespace

int print_report(
    Calls& guest, const InspectorOptions& options, Damage damage, Output& out, Messages& messages) {
  for (const std::string& plugin : options.plugins)
    guest.internal_add_plugin(plugin, std::filesystem::path(plugin).filename());
  const inspect::Report report = inspect_guest(guest, options.applications, options.icon, damage);
  out.append(formatted(report, options));
  out.commit();
  tell(report, options.source, messages);
  return EXIT_SUCCESS;
}

int run_query(const std::string& query, std::istream& in, Output& out) {
  std::ostringstream text;
  inspect::run_xpath(query, in, text);
  out.append(std::move(text).str());
  out.commit();
  return EXIT_SUCCESS;
}

}  // namespace glovebox::tools
