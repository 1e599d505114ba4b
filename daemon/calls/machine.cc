// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the appliance as a machine.
#include <fcntl.h>
#include <poll.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/rpc/progress.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr int kReadAllMessages = 3;  // syslog(2)
constexpr size_t kMaxMessages = 2 << 20;
constexpr auto kNap = std::chrono::milliseconds(200);

}  // namespace

void ping_daemon(Appliance&) {}

std::string echo_daemon(Appliance&, const std::vector<std::string>& words) {
  std::string output;
  for (const std::string& word : words) output += (output.empty() ? "" : " ") + word;
  return output;
}

void sleep(Appliance&, int32_t secs, Progress& progress) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(secs);
  while (Clock::now() < end) {
    progress.pulse();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    ::poll(nullptr, 0,
           static_cast<int>(std::clamp(left, std::chrono::milliseconds(1), kNap).count()));
  }
}

void drop_caches(Appliance&, int32_t whattodrop) {
  if (whattodrop < 0 || whattodrop > 3)
    throw Error(Errc::Usage, base::cat("whattodrop must be 0 to 3, not ", whattodrop), EINVAL);
  ::sync();
  const char* const path = "/proc/sys/vm/drop_caches";
  base::write_all(base::open_file(path, O_WRONLY).get(), std::to_string(whattodrop), path);
}

Utsname utsname(Appliance&) {
  struct utsname name = {};
  if (::uname(&name) != 0)
    base::throw_errno("uname");
  return {.uts_sysname = name.sysname,
          .uts_release = name.release,
          .uts_version = name.version,
          .uts_machine = name.machine};
}

std::string dmesg(Appliance&) {
  std::string messages(kMaxMessages, '\0');
  const int length =
      ::klogctl(kReadAllMessages, messages.data(), static_cast<int>(messages.size()));
  if (length < 0)
    base::throw_errno("klogctl");
  messages.resize(static_cast<size_t>(length));
  return messages;
}

void modprobe(Appliance&, const std::string& modulename) {
  std::string name = modulename;
  std::replace(name.begin(), name.end(), '-', '_');
  if (name.empty() || name.find('/') != std::string::npos || name.starts_with('.') ||
      ::access(base::cat("/sys/module/", name).c_str(), F_OK) != 0)
    refuse(base::cat(base::escape(modulename),
                     ": not in the kernel of the appliance, which loads no more modules once it is "
                     "made"));
}

}  // namespace glovebox::guestd
