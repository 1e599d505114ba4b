// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session/settings.h"

#include <string_view>

#include "base/cat.h"
#include "base/environment.h"
#include "base/number_text.h"
#include "base/time_text.h"

namespace glovebox::session {
namespace {

constexpr int kDefaultMemoryMib = 1280;  // guestfs_get_memsize's default
constexpr int kLeastMemoryMib = 256;
constexpr int kMostMemoryMib = 1 << 20;
constexpr int kMostCpus = 255;

int number(const char* name, std::string_view text) {
  const auto value = base::parse_number<int>(text);
  if (!value)
    throw Error(Errc::Usage, base::cat(name, "=", base::escape(text), ": not a number"));
  return *value;
}

bool truth(const char* name) {
  const std::string_view text = base::environment(name);
  if (text.empty() || text == "0" || text == "no" || text == "false" || text == "off")
    return false;
  if (text == "1" || text == "yes" || text == "true" || text == "on")
    return true;
  throw Error(Errc::Usage,
              base::cat(name, "=", base::escape(text), ": neither true nor false; use 1 or 0"));
}

}  // namespace

Settings settings_from_environment() {
  Settings s;
  s.verbose = truth("LIBGUESTFS_DEBUG");
  s.trace = truth("LIBGUESTFS_TRACE");
  s.append = base::environment("LIBGUESTFS_APPEND");
  const std::string_view memsize = base::environment("LIBGUESTFS_MEMSIZE");
  if (!memsize.empty())
    s.memsize_mib = number("LIBGUESTFS_MEMSIZE", memsize);
  const std::string_view backend = base::environment("LIBGUESTFS_BACKEND_SETTINGS");
  if (!backend.empty())
    s.backend_settings = base::split(backend, ':');
  return s;
}

MachineSize machine_size(const Settings& settings) {
  const MachineSize size{settings.memsize_mib == 0 ? kDefaultMemoryMib : settings.memsize_mib,
                         settings.smp};
  if (size.memory_mib < kLeastMemoryMib || size.memory_mib > kMostMemoryMib)
    throw Error(Errc::Usage, base::cat("memory size ", size.memory_mib, " MiB is not between ",
                                       kLeastMemoryMib, " and ", kMostMemoryMib));
  if (size.cpus < 1 || size.cpus > kMostCpus)
    throw Error(Errc::Usage,
                base::cat("number of CPUs ", size.cpus, " is not between 1 and ", kMostCpus));
  return size;
}

std::optional<std::chrono::seconds> time_limit(const Settings& settings) {
  constexpr std::string_view kName = "timeout=";
  std::optional<std::chrono::seconds> limit = settings.timeout;
  for (const std::string& setting : settings.backend_settings) {
    if (limit || !setting.starts_with(kName))
      continue;
    limit = base::parse_time_limit(setting.substr(kName.size()));
    if (!limit)
      throw Error(Errc::Usage, base::cat("backend setting ", base::escape(setting),
                                         ": the timeout must be a number of seconds or 'none'"));
  }
  return limit == std::chrono::seconds(0) ? std::nullopt : limit;
}

}  // namespace glovebox::session
