// SPDX-License-Identifier: GPL-2.0-or-later
//
// linux.so on a guest that is made of the input: "=PATH" lines, each followed by the file's
// content; "@PATH" is a link, its content the target. What it says has to be fit for the report.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/cat.h"
#include "base/error.h"
#include "inspect/report/report_json.h"
#include "inspect/tree/memory_tree.h"
#include "inspect/worker/host_services.h"

using namespace glovebox;
using namespace glovebox::inspect;

namespace {

constexpr size_t kMaxFiles = 64;

bool is_path(std::string_view path) {
  return path.starts_with('/') && !path.ends_with('/') && path.find("//") == path.npos &&
         path.find("/.") == path.npos && path.find('\0') == path.npos;
}

MemoryTree tree_of(std::string_view script) {
  MemoryTree tree;
  std::string head, content;
  const auto add = [&] {
    if (head.starts_with('='))
      tree.file(head.substr(1), content);
    else if (head.starts_with('@'))
      tree.link(head.substr(1), content.substr(0, content.find('\n')));
  };
  size_t files = 0;
  for (const std::string& line : base::split(script, '\n')) {
    const bool is_head = line.starts_with('=') || line.starts_with('@');
    if (is_head && is_path(line.substr(1)) && ++files <= kMaxFiles) {
      add();
      head = line;
      content.clear();
    } else {
      content += line + '\n';
    }
  }
  add();
  return tree;
}

void check(Findings found) {
  Report report;
  OperatingSystem& os = report.operatingsystems.emplace_back();
  apply_fields(found, os);
  os.applications = std::move(found.applications);
  os.icon = std::move(found.icon);
  report.problems = std::move(found.problems);
  from_json(to_json(report));  // throws, and so crashes, if it is not
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const MemoryTree tree = tree_of({reinterpret_cast<const char*>(data), size});
  constexpr uint32_t kAll = GLOVEBOX_INSPECT_WANT_APPLICATIONS | GLOVEBOX_INSPECT_WANT_ICON;
  const glovebox_inspect_descriptor& plugin = *glovebox_inspect_plugin();
  check(call_plugin(plugin.detect, tree, {{"device", "/dev/sda1"}}));
  check(call_plugin(plugin.describe, tree, {{"device", "/dev/sda1"}}, kAll));
  return 0;
}
