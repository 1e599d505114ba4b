// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Which files glovebox.conf(5) is, and what they say. Read anew each time; any thread.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <string>

#include "disk/format_rules.h"

namespace glovebox::disk {

inline constexpr size_t kMaxConfigurationBytes = 64 << 10;  // of one file

// For messages.
inline constexpr const char* kConfigurationNames = "/etc/glovebox.conf or ~/.config/glovebox.conf";

struct ConfigurationFiles {
  std::string system = "/etc/glovebox.conf";
  std::string user = {};      // empty: there is none
  uid_t user_id = geteuid();  // whose it has to be
};

// The user's is in $XDG_CONFIG_HOME, else in ~/.config (of $HOME); relative paths do not count, as
// the XDG base directory specification has it.
ConfigurationFiles configuration_files();

// The rules of both files, the user's last. A file that is not there has none. The user's file
// counts only if it and its directory belong to `user_id` or to root: in a HOME that
// is somebody else's (sudo may keep it) it is not this user's word. Throws Usage "FILE:LINE:
// reason" for what cannot be understood, for a file that everybody can write, and for one that is
// no regular file; Corrupt past kMaxConfigurationBytes; System if it is there and cannot be read.
FormatRules read_format_rules(const ConfigurationFiles& files);

}  // namespace glovebox::disk
