// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Report: tells the tool, one JSON line per layer, what stands between qemu and the host, and why
// something does not. The descriptor is closed by exec, so its end without an "error" line means
// that the program runs. A layer that the caller requires and that is missing is thrown as a
// Failure, before the program starts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox::vm {

// Every layer, in the order in which they are put up.
inline constexpr std::string_view kLayers[] = {
    "pid-namespace", "mount-namespace", "network-namespace", "ipc-namespace",     "uts-namespace",
    "plain-user",    "no-capabilities", "no-core-dumps",     "no-new-privileges", "landlock",
    "seccomp"};

class Report {
 public:
  // fd may be -1: nothing is written, but required layers are still enforced.
  Report(int fd, std::vector<std::string> required) : fd_(fd), required_(std::move(required)) {}

  // Landlock's interface version says how much it covers.
  void present(std::string_view layer, int abi = 0);
  void missing(std::string_view layer, const std::string& reason);
  // Which process becomes the program, by its number outside.
  void child(int pid);
  void error(const std::string& text);
  bool all_present() const { return all_present_; }

 private:
  void line(const std::string& json);

  int fd_;
  std::vector<std::string> required_;
  bool all_present_ = true;
};

}  // namespace glovebox::vm
