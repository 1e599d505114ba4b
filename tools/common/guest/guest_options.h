// SPDX-License-Identifier: GPL-2.0-or-later
//
// The options that every tool working on a guest shares: which disks, how to see them, what to
// mount, keys, talk. The rules and texts are those of the original tools (docs/decisions.md lists
// where we differ). Plain values and pure functions, except that a disk named with -a must exist
// (asked with access(2) at once, as the originals do).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tools/common/cli/option.h"
#include "tools/common/output/messages.h"

namespace glovebox::tools {

// What the user named: a disk, or a libvirt guest with all its disks.
struct DriveSource {
  // Guess: an operand that is no file here, so it is taken for a guest.
  enum class Kind { Disk, Domain, Guess };
  std::string path;                        // or the guest's name or UUID
  std::optional<std::string> format = {};  // absent: probe
  std::optional<int> blocksize = {};
  Kind kind = Kind::Disk;
  bool operator==(const DriveSource&) const = default;
};

// -m DEVICE[:MOUNTPOINT[:OPTIONS[:FSTYPE]]]
struct MountRequest {
  std::string device;
  std::string mountpoint = "/";
  std::string options = {};
  std::string fstype = {};
  bool operator==(const MountRequest&) const = default;
};

// --key ID:key:PASSPHRASE | ID:file:FILENAME | ID:clevis
struct KeySelector {
  enum class Kind { Passphrase, File, Clevis };
  std::string id;
  Kind kind = Kind::Passphrase;
  std::string value = {};
  bool operator==(const KeySelector&) const = default;
};

struct GuestOptions {
  std::vector<DriveSource> drives = {};
  std::string connect = {};  // the libvirt to ask for guests; empty: its default
  std::vector<MountRequest> mounts = {};
  std::vector<KeySelector> keys = {};
  bool keys_from_stdin = false;
  bool echo_keys = false;
  bool verbose = false;
  bool trace = false;
  bool require_confinement = false;
  // How long the guest may take; 0: without a limit. Absent: not said.
  std::optional<std::chrono::seconds> timeout = {};

  // --format and --blocksize as they stand, for the disks that follow, and whether one followed.
  std::optional<std::string> format = {};
  std::optional<int> blocksize = {};
  bool format_used = true;
  bool blocksize_used = true;
};

// For the tools, which only read: see docs/decisions.md.
inline constexpr std::chrono::seconds kDefaultTimeout = std::chrono::hours(6);

enum class Mounts { No, Yes };  // whether the tool has -m

// The table rows, which store into `options` and, for --progress=json, into `messages`; both must
// outlive them.
std::vector<Option> guest_options(GuestOptions& options, Messages& messages, Mounts mounts);

// Adds a disk to `options` as -a does, a libvirt guest as -d does.
void add_drive(GuestOptions& options, const std::string& file_or_uri);
void add_domain(GuestOptions& options, const std::string& name_or_uuid);

MountRequest parse_mount(const std::string& text);
KeySelector parse_key(const std::string& text);

// "nbd" for "nbd://host/x"; absent for a file name, which may hold "://" further back.
std::optional<std::string> uri_scheme(const std::string& text);

// --- After parsing, in this order.

enum class OldStyle { EveryOperand, AllButTheLast };

// "virt-cat DISK... FILE" without -a and -d: takes the disks and guests out of the operands.
void take_old_style_drives(GuestOptions& options,
                           std::vector<std::string>& operands,
                           OldStyle style);

// Throws UsageError if --format or --blocksize came too late.
void require_settings_used(const GuestOptions& options);

// Throws UsageError if there is nothing to work on.
void require_drives(const GuestOptions& options);

}  // namespace glovebox::tools
