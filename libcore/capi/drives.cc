// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Adding drives in all the forms that C programs have. Checks and messages of old arguments, which
// the C++ handle does not have, are here.
#include "capi/drives.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/cat.h"
#include "base/unique_fd.h"
#include "calls/trace.h"
#include "capi/handle.h"
#include "capi/handle_calls.h"
#include "session/untraced.h"

namespace glovebox::capi::handle_calls {
namespace {

using base::cat;

constexpr size_t kLongestLabel = 20;
constexpr int64_t kBytesInPlaceOfNull = 4096;  // what /dev/null is as a drive

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void check_word(const char* what, const std::optional<std::string>& value) {
  if (value && (value->empty() || !std::all_of(value->begin(), value->end(), is_word_character)))
    throw Error(Errc::Usage, cat(what, " parameter is empty or contains disallowed characters"));
}

void check_label(const std::string& label) {
  if (label.empty() || label.size() > kLongestLabel ||
      !std::all_of(label.begin(), label.end(), is_letter))
    throw Error(Errc::Usage,
                "label parameter is empty, too long, or contains disallowed characters");
}

// virt-make-fs says 0 for a size that nobody chose.
std::optional<int> blocksize_of(const AddDriveOptions& options) {
  return options.blocksize == 0 ? std::nullopt : options.blocksize;
}

Discard discard_of(const AddDriveOptions& options) {
  const std::string word = options.discard.value_or("disable");
  return word == "enable"       ? Discard::Enable
         : word == "besteffort" ? Discard::BestEffort
                                : Discard::Disable;
}

void check(const AddDriveOptions& options) {
  check_word("format", options.format);
  check_word("iface", options.iface);
  if (options.label)
    check_label(*options.label);
  if (const auto& mode = options.cachemode; mode && *mode != "writeback" && *mode != "unsafe")
    throw Error(Errc::Usage, "cachemode parameter must be ‘writeback’ (default) or ‘unsafe’");
  if (const auto& discard = options.discard;
      discard && *discard != "disable" && *discard != "enable" && *discard != "besteffort")
    throw Error(Errc::Usage, "discard parameter must be ‘disable’, ‘enable’ or ‘besteffort’");
  if (options.discard == "enable" && options.readonly.value_or(false))
    throw Error(Errc::Usage, "discard support cannot be enabled on read-only drives");
  if (const std::optional<int> size = blocksize_of(options); size && *size != 512 && *size != 4096)
    throw Error(Errc::Usage, "blocksize parameter is invalid");
}

void check_no_server(const AddDriveOptions& options) {
  const char* excess = options.server && !options.server->empty() ? "server"
                       : options.username                         ? "username"
                       : options.secret                           ? "secret"
                                                                  : nullptr;
  if (excess)
    throw Error(Errc::Usage, cat("you cannot specify a ", excess, " with file-backed disks"));
}

// Drives of the network come later.
void check_protocol(const AddDriveOptions& options) {
  const std::string protocol = options.protocol.value_or("file");
  if (protocol == "file")
    return check_no_server(options);
  for (const char* known : {"ftp", "ftps", "gluster", "http", "https", "iscsi", "nbd", "rbd",
                            "sheepdog", "ssh", "tftp"})
    if (protocol == known)
      throw Error(Errc::Unsupported,
                  cat("add_drive: protocol ", protocol, " is not implemented in Glovebox yet"),
                  ENOTSUP);
  throw Error(Errc::Usage, cat("unknown protocol ‘", protocol, "’"));
}

void check_readable(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0 || access(path.c_str(), R_OK) != 0) {
    const int errnum = errno;
    throw Error(Errc::System, cat(path, ": ", std::strerror(errnum)), errnum);
  }
}

std::string shown(const char* name, const std::optional<std::string>& value) {
  return value ? cat(" ", name, "=", *value) : "";
}

// A line for debug_drives.
std::string described(const std::string& filename, const AddDriveOptions& o) {
  return cat(filename, o.readonly.value_or(false) ? " readonly" : "", shown("format", o.format),
             " protocol=file", shown("iface", o.iface), shown("name", o.name),
             shown("label", o.label), shown("cache", o.cachemode),
             o.discard != "disable" ? shown("discard", o.discard) : "",
             o.copyonread.value_or(false) ? " copyonread" : "",
             o.blocksize ? cat(" blocksize=", *o.blocksize) : "");
}

void show(calls::TraceLine& line, const std::string& filename, const AddDriveOptions& o) {
  line.argument(filename);
  line.optional("readonly", o.readonly);
  line.optional("format", o.format);
  line.optional("iface", o.iface);
  line.optional("name", o.name);
  line.optional("label", o.label);
  line.optional("protocol", o.protocol);
  line.optional("server", o.server);
  line.optional("username", o.username);
  line.optional("cachemode", o.cachemode);
  line.optional("discard", o.discard);
  line.optional("copyonread", o.copyonread);
  line.optional("blocksize", o.blocksize);
}

// An empty file of this size, which goes away with the handle.
std::string make_scratch(guestfs_h& g, int64_t size) {
  std::string path = get_tmpdir(g) + "/libguestfsXXXXXX";
  const base::UniqueFd fd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd.valid())
    throw Error(Errc::System, cat(path, ": ", std::strerror(errno)), errno);
  g.scratch_drives.push_back(path);
  if (ftruncate(fd.get(), size) != 0)
    throw Error(Errc::System, cat(path, ": truncate: ", std::strerror(errno)), errno);
  return path;
}

}  // namespace

// Its own trace, because other calls here add drives, too, and libguestfs traces those as well.
void add_drive_over(guestfs_h& g,
                    const std::string& filename,
                    const AddDriveOptions& optargs,
                    const Backing& backing) {
  calls::TracedCall trace(g.handle, "add_drive", glovebox::calls::FailsWith::MinusOne);
  if (trace.on()) {
    show(trace.line(), filename, optargs);
    trace.begin();
  }
  check_protocol(optargs);
  check(optargs);
  check_readable(filename);
  const bool null = filename == "/dev/null";
  add_drive_untraced(g.handle, null ? make_scratch(g, kBytesInPlaceOfNull) : filename,
                     {.readonly = optargs.readonly.value_or(false),
                      .format = null ? std::optional<std::string>("raw") : optargs.format,
                      .blocksize = blocksize_of(optargs),
                      .label = optargs.label,
                      .discard = discard_of(optargs),
                      .backing = backing.images,
                      .backing_is_all = backing.is_all,
                      .domain = backing.domain});
  g.drives.push_back({optargs.label, described(filename, optargs)});
  if (trace.on()) {
    trace.line().result(0);
    trace.end();
  }
}

void add_drive(guestfs_h& g, const std::string& filename, const AddDriveOptions& optargs) {
  add_drive_over(g, filename, optargs, {});
}

void add_drive_ro(guestfs_h& g, const std::string& filename) {
  add_drive(g, filename, {.readonly = true});
}

void add_cdrom(guestfs_h& g, const std::string& filename) {
  add_drive_ro(g, filename);
}

void add_drive_with_if(guestfs_h& g, const std::string& filename, const std::string& iface) {
  add_drive(g, filename, {.iface = iface});
}

void add_drive_ro_with_if(guestfs_h& g, const std::string& filename, const std::string& iface) {
  add_drive(g, filename, {.readonly = true, .iface = iface});
}

void add_drive_scratch(guestfs_h& g, int64_t size, const AddDriveScratchOptions& optargs) {
  if (size <= 0)
    throw Error(Errc::Usage, cat("invalid size: ", size));
  add_drive(g, make_scratch(g, size),
            {.format = "raw",
             .name = optargs.name,
             .label = optargs.label,
             .cachemode = "unsafe",
             .blocksize = optargs.blocksize});
}

void remove_drive(guestfs_h& g, const std::string& label) {
  g.handle.remove_drive(label);
  const auto removed = std::ranges::find(g.drives, label, &DriveNote::label);
  if (removed != g.drives.end())  // a machine that ended meanwhile took them all along
    g.drives.erase(removed);
}

std::vector<std::string> debug_drives(guestfs_h& g) {
  std::vector<std::string> lines;
  for (const DriveNote& drive : g.drives) lines.push_back(drive.line);
  return lines;
}

}  // namespace glovebox::capi::handle_calls
