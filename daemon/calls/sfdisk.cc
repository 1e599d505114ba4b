// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: partition tables by sfdisk, in its own language: older than the part_* calls, which
// programs should use. What sfdisk understands is its own affair.
#include "guestd/functions/sfdisk.h"

#include <memory>

#include "base/cat.h"
#include "daemon/appliance.h"
#include "daemon/device_change.h"
#include "daemon/process/program.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

struct Geometry {
  int32_t cylinders = 0, heads = 0, sectors = 0;  // 0: not said
};

Arguments options_of(const Geometry& geometry) {
  Arguments words;
  for (const auto& [option, value] :
       {std::pair{"-C", geometry.cylinders}, {"-H", geometry.heads}, {"-S", geometry.sectors}})
    if (value != 0)
      words.add(option, std::to_string(value));
  return words;
}

void write_table(Appliance& app,
                 const std::string& device,
                 const Words& options,
                 const Words& lines) {
  const DeviceChange change(app, device);
  std::string script;
  for (const std::string& line : lines) script += line + "\n";
  run_program({.argv = Arguments{"sfdisk"}.add_all(options).add(change.name()),
               .about = base::cat("sfdisk ", change.name()),
               .stdin_text = script});
}

std::string ask(Appliance& app, const char* option, const std::string& device) {
  return run_program({.argv = {"sfdisk", option, app.device(device).name}});
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
  write_table(app, device,
              Arguments{"-N", std::to_string(partnum)}.add_all(options_of({cyls, heads, sectors})),
              {line});
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
