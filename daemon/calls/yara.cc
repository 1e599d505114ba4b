// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: YARA, by a program of our own in the appliance (appliance/scan_yara.cc).
#include "guestd/functions/yara.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/process/pipeline.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/file_or_device.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kScanYara = "/usr/lib/glovebox/scan-yara";
constexpr int kRulesNumber = 3;

int rules_of(const Appliance& app) {
  if (!app.yara_rules.valid())
    refuse("no yara rules loaded");
  return app.yara_rules.get();
}

}  // namespace

void yara_load(Appliance& app, FileInStream& filename) {
  app.yara_rules.reset();
  base::UniqueFd rules = base::make_memfd("yara-rules");
  stream_in(filename, {{.argv = {kScanYara, "compile"}}}, rules);
  app.yara_rules = std::move(rules);
}

void yara_destroy(Appliance& app) {
  rules_of(app);
  app.yara_rules.reset();
}

void internal_yara_scan(Appliance& app, const std::string& path, FileOutStream& filename) {
  app.mounts.require_any();
  const int rules = rules_of(app);
  if (::lseek(rules, 0, SEEK_SET) != 0)
    base::throw_errno("yara rules");
  const base::UniqueFd file = open_in_guest(path, O_RDONLY);
  size_of(file, path);  // an error of its own for a directory
  stream_out({{.argv = {kScanYara, "scan", path}, .descriptors = {{rules, kRulesNumber}}}}, file,
             filename);
}

}  // namespace glovebox::guestd
