// SPDX-License-Identifier: GPL-2.0-or-later
//
// Images for tests of chains, made by qemu-img in a directory of their own, and what is said of
// those that are refused.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/child.h"
#include "base/error.h"
#include "base/files.h"
#include "disk/chain.h"

namespace glovebox::disk {

class ChainFiles : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }

  void qemu_img(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "qemu-img");
    base::run_ok({.argv = std::move(arguments)});
  }

  std::string raw(const std::string& name, off_t size = 1 << 20) {
    base::open_file(path(name), O_WRONLY | O_CREAT, 0644);
    EXPECT_EQ(truncate(path(name).c_str(), size), 0);
    return path(name);
  }

  // A qcow2 file over `backing`, which is written into the header as it is and need not exist.
  std::string qcow2(const std::string& name,
                    const std::string& backing = "",
                    const std::string& format = "raw") {
    if (backing.empty()) {
      qemu_img({"create", "-q", "-f", "qcow2", path(name), "64M"});
      return path(name);
    }
    qemu_img({"create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F",
              format.empty() ? "raw" : format, path(name), "64M"});
    if (format.empty())
      forget_backing_format(name);
    return path(name);
  }

  // As old qemu-img wrote it: the extension becomes one that nobody knows.
  void forget_backing_format(const std::string& name) {
    std::string bytes = base::read_file(path(name), 1 << 20);
    const size_t at = bytes.find("\xe2\x79\x2a\xca");
    ASSERT_NE(at, std::string::npos);
    bytes[at] = 0x11;
    base::replace_file(path(name), bytes);
  }

  static std::string configuration_line(const std::string& directory) {
    return "if all images of a directory have it, add the line '" + directory +
           " = FORMAT' to /etc/glovebox.conf or ~/.config/glovebox.conf";
  }

  // Of a disk in `directory` (else the test's own) whose format nobody says.
  std::string outside(const std::string& directory = "") const {
    return ": lies outside the directory of the disk; give the format of the disk (tools: "
           "--format): raw if it is raw (then its guest wrote this header), qcow2 if you trust the "
           "chain; or " +
           configuration_line(directory.empty() ? dir_.path() : directory);
  }

  std::string refusal(const std::string& image, const OpenOptions& options = {}) {
    try {
      open_chain(image, options);
    } catch (const Error& e) {
      return e.what();
    }
    return "accepted";
  }

  base::TempDir dir_{"gb-chain"};
  base::TempDir elsewhere_{"gb-chain-elsewhere"};
};

}  // namespace glovebox::disk
