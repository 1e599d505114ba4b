// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The private directory where templates and verdicts live. It must be ours: what is in it becomes
// the memory of a machine that reads hostile disks, so a directory that someone else could write is
// not used at all.
#pragma once

#include <string>

namespace glovebox::vm {

// `chosen`, else $LIBGUESTFS_CACHEDIR/glovebox-UID, else $XDG_CACHE_HOME/glovebox, else
// $HOME/.cache/glovebox, else (a service may have no HOME) /var/tmp/glovebox-UID.
std::string cache_directory(const std::string& chosen);

// Who may look into a cache directory: its owner, or, of the system-wide one, everybody.
enum class Readers { Owner, Everybody };

// Makes it if it is absent, in a directory that is there ($XDG_CACHE_HOME and $HOME/.cache are
// made, too), and checks it: a directory, no symlink, owned by us, not writable by others. Denied
// says what is wrong and what to do; System if it cannot be made.
void require_private_directory(const std::string& path, Readers readers = Readers::Owner);

// This boot of the host (a UUID from the kernel).
std::string boot_id();

}  // namespace glovebox::vm
