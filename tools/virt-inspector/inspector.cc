// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-inspector/inspector.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/cat.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/files.h"
#include "inspect/format/json.h"
#include "inspect/format/xml.h"
#include "inspect/format/xpath.h"
#include "tools/common/guest/encrypted.h"

namespace glovebox::tools {
namespace {

constexpr off_t kMaxPluginBytes = 64 << 20;  // guestd takes no larger one

base::UniqueFd open_plugin(const std::string& path) {
  return base::with_context("--plugin", [&] {
    base::UniqueFd file = base::open_regular_file(path);
    if (lseek(file.get(), 0, SEEK_END) > kMaxPluginBytes)
      throw Error(Errc::Usage, base::cat(path, ": is larger than ", kMaxPluginBytes >> 20,
                                         " MiB, so it is not an inspection plugin"));
    lseek(file.get(), 0, SEEK_SET);
    return file;
  });
}

void add_plugin(Calls& guest, const std::string& path) {
  const base::UniqueFd file = open_plugin(path);
  guest.internal_add_plugin(LocalFile::descriptor(file.get()),
                            std::filesystem::path(path).filename());
}

std::string formatted(const inspect::Report& report, const InspectorOptions& options) {
  std::ostringstream text;
  if (options.form == ReportForm::Json)
    inspect::write_json(report, {.sources = options.sources, .version = GLOVEBOX_VERSION}, text);
  else
    inspect::write_xml(report, text);
  return std::move(text).str();
}

// Whether it is that a plugin which the user named could not be used at all. What goes wrong while
// a plugin looks at a volume is told with the volume.
bool is_useless_plugin(const inspect::Problem& problem, const std::vector<std::string>& plugins) {
  return std::any_of(plugins.begin(), plugins.end(), [&](const std::string& path) {
    const std::string name = std::filesystem::path(path).filename();
    return problem.where == base::cat("plugin ", base::escape_controls(name));
  });
}

// The exit status: what was asked for by name and could not be done is a failure.
int tell(Calls& guest,
         const inspect::Report& report,
         const InspectorOptions& options,
         Messages& messages) {
  const std::vector<std::string>& sources = options.sources;
  std::string source = sources.front();
  for (size_t i = 1; i < sources.size(); ++i) source += ", " + sources[i];
  int status = EXIT_SUCCESS;
  for (const inspect::Problem& problem : report.problems) {
    const std::string text = base::cat(source, ": ", problem.where, ": ", problem.what);
    if (is_useless_plugin(problem, options.plugins)) {
      messages.error(text);
      status = EXIT_FAILURE;
    } else {
      messages.warning(text);
    }
  }
  if (report.operatingsystems.empty())
    messages.note(base::cat(source, ": no operating system was found on ",
                            sources.size() == 1 ? "this disk" : "these disks",
                            instead_of_a_system(guest)));
  return status;
}

}  // namespace

int print_report(
    Calls& guest, const InspectorOptions& options, Damage damage, Output& out, Messages& messages) {
  for (const std::string& plugin : options.plugins) add_plugin(guest, plugin);
  inspect::Report report = inspect_guest(guest, options.applications, options.icon, damage);
  explain_closed(guest, options.keys, report);
  out.append(formatted(report, options));
  out.commit();
  return tell(guest, report, options, messages);
}

int run_query(const std::string& query, std::istream& in, Output& out) {
  std::ostringstream text;
  inspect::run_xpath(query, in, text);
  out.append(std::move(text).str());
  out.commit();
  return EXIT_SUCCESS;
}

}  // namespace glovebox::tools
