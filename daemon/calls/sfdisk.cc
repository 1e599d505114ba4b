// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: partition tables by sfdisk, in its own language: older than the part_* calls, which
// programs should use. What sfdisk understands is its own affair.
#include "guestd/functions/sfdisk.h"

#include <memory>

#include "base/cat.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/process/tool.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

struct Geometry {
  int32_t cylinders = 0, heads = 0, sectors = 0;  // 0: not said
};

Words options_of(const Geometry& geometry) {
  Words words;
  for (const auto& [option, value] :
       {std::pair{"-C", geometry.cylinders}, {"-H", geometry.heads}, {"-S", geometry.sectors}})
    if (value != 0)
      words.insert(words.end(), {option, std::to_string(value)});
  return words;
}

void write_table(Appliance& app,
                 const std::string& device,
                 const Words& options,
                 const Words& lines) {
  const DeviceChange change(app, device);
  Words argv = {"sfdisk"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.push_back(change.name());
  std::string script;
  for (const std::string& line : lines) script += line + "\n";
  run_tool({.argv = argv, .about = base::cat("sfdisk ", change.name()), .stdin_text = script});
}

std::string ask(Appliance& app, const char* option, const std::string& device) {
  return run_tool({.argv = {"sfdisk", option, app.device(device).name}});
}

}  // namespace

void sfdisk(Appliance& app,
            const std::string& device,
            int32_t cyls,
            int32_t heads,
            int32_t sectors,
            const std::vector<std::string>& lines) {
  write_table(app, device, options_of({cyls, heads, sectors}), lines);
}

void sfdisk_N(Appliance& app,
              const std::string& device,
              int32_t partnum,
              int32_t cyls,
              int32_t heads,
              int32_t sectors,
              const std::string& line) {
  Words options = {"-N", std::to_string(partnum)};
  const Words geometry = options_of({cyls, heads, sectors});
  options.insert(options.end(), geometry.begin(), geometry.end());
  write_table(app, device, options, {line});
}

void sfdiskM(Appliance& app, const std::string& device, const std::vector<std::string>& lines) {
  write_table(app, device, {"-uM"}, lines);
}

std::string sfdisk_l(Appliance& app, const std::string& device) {
  return ask(app, "-l", device);
}

std::string sfdisk_kernel_geometry(Appliance& app, const std::string& device) {
  return ask(app, "-g", device);
}

std::string sfdisk_disk_geometry(Appliance& app, const std::string& device) {
  return ask(app, "-G", device);
}

}  // namespace glovebox::guestd
