// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/guest/guest_options.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/cat.h"
#include "base/error.h"
#include "base/time_text.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

using base::cat;

constexpr const char* kRemoteSchemes[] = {"ftp", "ftps",     "http", "https", "iscsi",
                                          "nbd", "nbd+unix", "rbd",  "ssh"};

bool is_remote_scheme(const std::string& scheme) {
  return std::find(std::begin(kRemoteSchemes), std::end(kRemoteSchemes), scheme) !=
         std::end(kRemoteSchemes);
}

int hex_digit(char c) {
  const size_t value = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
  const bool digit = c >= '0' && c <= '9';
  if (digit)
    return c - '0';
  return value != std::string_view::npos && value >= 10 ? static_cast<int>(value) : -1;
}

// RFC 3986, section 2.1.
std::string percent_decoded(const std::string& text, const std::string& uri) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || (high == 0 && low == 0))
      throw UsageError(cat(uri, ": bad %-escape in the URI"), Then::Nothing);
    result += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return result;
}

// file:///path, or file://localhost/path.
std::string path_of_file_uri(const std::string& uri) {
  std::string rest = uri.substr(uri.find("://") + 3);
  if (rest.starts_with("localhost/"))
    rest.erase(0, rest.find('/'));
  if (!rest.starts_with("/"))
    throw UsageError(cat(uri, ": a file URI must have an absolute path: file:///PATH"),
                     Then::Nothing);
  return percent_decoded(rest, uri);
}

// For messages, which end up in logs: "ssh://user@host/x" of "ssh://user:password@host/x". A
// password may hold what should have been escaped in it, so the last @ counts.
std::string without_password(const std::string& uri) {
  const size_t begin = uri.find("://") + 3;
  const size_t colon = uri.find_first_of(":/", begin);
  const size_t end = uri.rfind('@');
  if (colon == std::string::npos || end == std::string::npos || uri[colon] == '/' || end < colon)
    return uri;
  const size_t after_digits = uri.find_first_not_of("0123456789", colon + 1);
  if (uri[after_digits] == '/')
    return uri;  // that was a port, and the @ is part of a name
  return uri.substr(0, colon) + uri.substr(end);
}

std::string local_path(const std::string& file_or_uri) {
  const std::optional<std::string> scheme = uri_scheme(file_or_uri);
  if (!scheme)
    return file_or_uri;
  if (*scheme == "file")
    return path_of_file_uri(file_or_uri);
  if (is_remote_scheme(*scheme))
    throw Error(Errc::Unsupported,
                cat(without_password(file_or_uri), ": disks over ", *scheme,
                    " are not supported yet; name a file or a block device of this machine"));
  throw Error(Errc::Unsupported, cat("unknown protocol ‘", *scheme, "’"));
}

int parse_blocksize(const std::string& text) {
  if (text == "512" || text == "4096")
    return std::stoi(text);
  throw UsageError(cat("--blocksize=", text, ": the sector size must be 512 or 4096"),
                   Then::Nothing);
}

std::chrono::seconds parse_timeout(const std::string& text) {
  if (const auto limit = base::parse_time_limit(text))
    return *limit;
  throw UsageError(cat("--timeout=", text, ": the limit must be a number of seconds or 'none'"),
                   Then::Nothing);
}

// Splits off the part before the first `separator` at or after `from`; absent if there is none.
std::optional<std::string> take_until(std::string& text, char separator, size_t from = 0) {
  const size_t end = text.find(separator, from);
  if (end == std::string::npos)
    return {};
  std::string part = text.substr(0, end);
  text.erase(0, end + 1);
  return part;
}

Option progress_option(Messages& messages) {
  return {.name = "progress",
          .takes = Takes::Argument,
          .placeholder = "FORM",
          .help = "Choose the form of stderr: 'auto', or 'json' for lines of JSON",
          .complete = Complete::Words,
          .words = {"auto", "json"},
          .store = [&messages](const std::optional<std::string>& form) {
            if (form == "json")
              messages.use_json();
            else if (form != "auto")
              throw UsageError(
                  cat("--progress=", form.value_or(""), ": the form must be 'auto' or 'json'"),
                  Then::Nothing);
          }};
}

std::vector<Option> drive_options(GuestOptions& options) {
  return {{.name = "add",
           .letter = 'a',
           .takes = Takes::Argument,
           .placeholder = "DISK",
           .help = "Use this disk image or block device",
           .complete = Complete::File,
           .store = [&options](const auto& disk) { add_drive(options, disk.value_or("")); }},
          {.name = "blocksize",
           .takes = Takes::OptionalArgument,
           .placeholder = "512|4096",
           .help = "Set the sector size of the disks that follow",
           .complete = Complete::Words,
           .words = {"512", "4096"},
           .store =
               [&options](const auto& size) {
                 options.blocksize = size ? std::optional(parse_blocksize(*size)) : std::nullopt;
                 options.blocksize_used = false;
               }},
          {.name = "connect",
           .letter = 'c',
           .takes = Takes::Argument,
           .placeholder = "URI",
           .help = "Connect to this libvirt for -d (default: libvirt's own choice)",
           .store = set_text(options.connect)},
          {.name = "domain",
           .letter = 'd',
           .takes = Takes::Argument,
           .placeholder = "GUEST",
           .help = "Use the disks of this libvirt guest",
           .store = [&options](const auto& name) { add_domain(options, name.value_or("")); }},
          {.name = "format",
           .takes = Takes::OptionalArgument,
           .placeholder = "raw|qcow2|...",
           .help = "Set the image format of the disks that follow (default: detect it)",
           .complete = Complete::Words,
           .words = {"raw", "qcow2"},
           .store = [&options](const auto& format) {
             options.format = format && !format->empty() ? format : std::nullopt;
             options.format_used = false;
           }}};
}

std::vector<Option> key_options(GuestOptions& options) {
  return {
      {.name = "echo-keys",
       .help = "Show passphrases as they are typed",
       .store = set_true(options.echo_keys)},
      {.name = "key",
       .takes = Takes::Argument,
       .placeholder = "SELECTOR",
       .help = "Open encrypted disks with this key: ID:key:TEXT, ID:file:NAME, ID:clevis",
       .store =
           [&options](const auto& text) { options.keys.push_back(parse_key(text.value_or(""))); }},
      {.name = "keys-from-stdin",
       .help = "Read passphrases from stdin",
       .store = set_true(options.keys_from_stdin)}};
}

std::vector<Option> run_options(GuestOptions& options) {
  return {{.name = "require-confinement",
           .help = "Fail rather than run without a layer of confinement",
           .store = set_true(options.require_confinement)},
          {.name = "timeout",
           .takes = Takes::Argument,
           .placeholder = "SECONDS",
           .help = "Give up on the guest after this time (default: 21600; 'none': never)",
           .complete = Complete::Words,
           .words = {"none"},
           .store = [&options](const auto& text) { options.timeout = parse_timeout(*text); }},
          {.name = "verbose",
           .letter = 'v',
           .help = "Report progress in detail",
           .store = set_true(options.verbose)},
          {.name = "",
           .letter = 'x',
           .help = "Show each call into the guest",
           .store = set_true(options.trace)}};
}

Option mount_option(GuestOptions& options) {
  return {.name = "mount",
          .letter = 'm',
          .takes = Takes::Argument,
          .placeholder = "DEV[:DIR[:OPTIONS[:TYPE]]]",
          .help = "Mount this file system (on DIR, or /) instead of looking for a system",
          .store = [&options](const auto& text) {
            options.mounts.push_back(parse_mount(text.value_or("")));
          }};
}

void require_readable(const std::string& path) {
  if (path.empty())
    throw UsageError("-a: the name of the disk is empty", Then::Nothing);
  if (access(path.c_str(), R_OK) != 0)
    base::throw_errno(path);
}

bool looks_like_a_disk(const std::string& operand) {
  return operand.find('/') != std::string::npos || access(operand.c_str(), F_OK) == 0;
}

}  // namespace

std::optional<std::string> uri_scheme(const std::string& text) {
  const size_t end = text.find("://");
  if (end == std::string::npos || end == 0 || end > 8)
    return {};
  const std::string scheme = text.substr(0, end);
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || c == '+'; };
  return std::all_of(scheme.begin(), scheme.end(), allowed) ? std::optional(scheme) : std::nullopt;
}

void add_drive(GuestOptions& options, const std::string& file_or_uri) {
  const std::string path = local_path(file_or_uri);
  require_readable(path);
  options.drives.push_back({path, options.format, options.blocksize});
  options.format_used = options.blocksize_used = true;
}

void add_domain(GuestOptions& options, const std::string& name_or_uuid) {
  if (name_or_uuid.empty())
    throw UsageError("-d: the name of the guest is empty", Then::Nothing);
  options.drives.push_back({.path = name_or_uuid, .kind = DriveSource::Kind::Domain});
}

MountRequest parse_mount(const std::string& text) {
  constexpr std::string_view kBtrfs = "btrfsvol:";
  std::string rest = text;
  MountRequest mount;
  const auto device = take_until(rest, ':', rest.starts_with(kBtrfs) ? kBtrfs.size() : 0);
  mount.device = device.value_or(rest);
  if (!device)
    return mount;
  const auto mountpoint = take_until(rest, ':');
  mount.mountpoint = mountpoint.value_or(rest);
  if (!mountpoint)
    return mount;
  const auto options = take_until(rest, ':');
  mount.options = options.value_or(rest);
  if (options)
    mount.fstype = rest;
  return mount;
}

KeySelector parse_key(const std::string& text) {
  std::string rest = text;
  const auto id = take_until(rest, ':');
  if (id && !id->empty()) {
    if (rest == "clevis")
      return {*id, KeySelector::Kind::Clevis};
    if (rest.starts_with("key:"))
      return {*id, KeySelector::Kind::Passphrase, rest.substr(4)};
    if (rest == "file:")
      throw UsageError(cat("--key ", text, " the name of the file is empty"), Then::Nothing);
    if (rest.starts_with("file:"))
      return {*id, KeySelector::Kind::File, rest.substr(5)};
  }
  throw UsageError(cat("invalid selector for --key: ", text), Then::Nothing);
}

std::vector<Option> guest_options(GuestOptions& options, Messages& messages, Mounts mounts) {
  std::vector<Option> result = drive_options(options);
  append(result, key_options(options));
  append(result, run_options(options));
  result.push_back(progress_option(messages));
  if (mounts == Mounts::Yes)
    result.push_back(mount_option(options));
  append(result, standard_options());
  return result;
}

void take_old_style_drives(GuestOptions& options,
                           std::vector<std::string>& operands,
                           OldStyle style) {
  if (!options.drives.empty())
    return;
  const size_t kept = style == OldStyle::AllButTheLast ? 1 : 0;
  if (operands.size() <= kept)
    return;
  const auto end = operands.end() - static_cast<std::ptrdiff_t>(kept);
  for (auto operand = operands.begin(); operand != end; ++operand) {
    if (looks_like_a_disk(*operand))
      add_drive(options, *operand);
    else
      options.drives.push_back({.path = *operand, .kind = DriveSource::Kind::Guess});
  }
  operands.erase(operands.begin(), end);
}

void require_settings_used(const GuestOptions& options) {
  if (!options.format_used)
    throw UsageError("--format parameter must appear before -a parameter", Then::Nothing);
  if (!options.blocksize_used)
    throw UsageError("--blocksize parameter must appear before -a parameter", Then::Nothing);
}

void require_drives(const GuestOptions& options) {
  if (options.drives.empty())
    throw UsageError("error: you must specify at least one -a or -d option.", Then::TryHelp);
}

}  // namespace glovebox::tools
