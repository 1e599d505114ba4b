// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The calls of location "host": each is made of daemon calls, because its answer or its argument
// may be larger than a message (4 MiB), or only because another call knows it already. Errors name
// the call that the caller made, so the daemon call goes out under that name.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <span>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/unique_fd.h"
#include "glovebox/calls.h"
#include "proto/coders.h"
#include "proto/xdr.h"

namespace glovebox {

// Lets the functions below use Calls::transact(), which is protected.
class HostCalls {
 public:
  explicit HostCalls(Calls& calls) : calls_(calls) {}
  std::string operator()(const CallInfo& call, const Request& request) const {
    return calls_.transact(call, request);
  }

 private:
  Calls& calls_;
};

namespace {

// What one call takes into memory. A guest can name a sparse file of many terabytes.
constexpr uint64_t kMaxReadFile = 1ull << 30;
constexpr uint64_t kMaxListing = 256ull << 20;

// What internal_feature_available answers.
constexpr int32_t kAvailable = 0;
constexpr int32_t kUnknownGroup = 2;

// How much content goes into one message, with room for the header and a path.
constexpr size_t kMaxPiece = 2 << 20;

// Names in one message; their answers (a status, a few attributes) are several times longer than
// the names.
constexpr size_t kMaxNames = 2000;

// A daemon call, going out under the name of the call that it is made for.
CallInfo daemon_call(std::string_view name, const char* on_behalf_of) {
  for (CallInfo call : daemon_calls()) {
    if (name == call.name) {
      call.name = on_behalf_of;
      return call;
    }
  }
  throw Error(Errc::Usage, base::cat("no daemon call is named ", name));
}

// The arguments of a call with one path, of which a number may be the second.
proto::XdrWriter path_argument(const CallInfo& call,
                               const std::string& path,
                               std::optional<int64_t> number = std::nullopt) {
  proto::XdrWriter arguments;
  base::with_context(call.name, [&] { arguments.string(path); });
  if (number)
    arguments.int64(*number);
  return arguments;
}

// A FileOut call, its file taken into memory.
std::string file_out(const HostCalls& transact,
                     const CallInfo& call,
                     proto::XdrWriter arguments,
                     uint64_t max_bytes) {
  const base::UniqueFd memory = base::make_memfd(call.name);
  LocalFile file = LocalFile::descriptor(memory.get());
  file.max_bytes = max_bytes;
  transact(call, {.arguments = std::move(arguments).take(), .file_out = &file});
  struct stat status;
  if (fstat(memory.get(), &status) != 0)
    base::throw_errno(call.name);
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  bytes.resize(base::pread_some(memory.get(), bytes.data(), bytes.size(), 0, call.name));
  return bytes;
}

// The same for a file that is structs one after the other.
template <typename Struct>
std::vector<Struct> structs_out(const HostCalls& transact,
                                const CallInfo& call,
                                proto::XdrWriter arguments) {
  const std::string bytes = file_out(transact, call, std::move(arguments), kMaxListing);
  return base::with_context(base::cat(call.name, ": the appliance's reply is damaged"), [&] {
    proto::XdrReader in(bytes);
    std::vector<Struct> structs;
    while (!in.at_end()) structs.push_back(proto::read_struct<Struct>(in));
    return structs;
  });
}

// Names that each end with a zero byte, sorted.
std::vector<std::string> sorted_names(const CallInfo& call, const std::string& bytes) {
  if (!bytes.empty() && bytes.back() != '\0')
    throw Error(Errc::Corrupt,
                base::cat(call.name, ": the appliance's list of names is truncated"));
  std::vector<std::string> names = base::split(bytes, '\0');
  names.pop_back();
  std::sort(names.begin(), names.end());
  return names;
}

// A call with a path and a list of names that answers with a list. The names go out in portions; a
// portion whose answer does not fit a message (EMSGSIZE) goes out again in halves.
template <typename Element, typename Decode>
void in_portions(const HostCalls& transact,
                 const CallInfo& call,
                 const std::string& path,
                 std::span<const std::string> names,
                 const Decode& decode,
                 std::vector<Element>& answer) {
  if (names.size() > kMaxNames) {
    in_portions(transact, call, path, names.first(kMaxNames), decode, answer);
    return in_portions(transact, call, path, names.subspan(kMaxNames), decode, answer);
  }
  proto::XdrWriter arguments;
  base::with_context(call.name, [&] {
    arguments.string(path);
    arguments.strings({names.begin(), names.end()});
  });
  std::string reply;
  try {
    reply = transact(call, {.arguments = std::move(arguments).take()});
  } catch (const Error& e) {
    if (e.errnum() != EMSGSIZE || names.size() < 2)
      throw;
    const size_t half = names.size() / 2;
    in_portions(transact, call, path, names.first(half), decode, answer);
    return in_portions(transact, call, path, names.subspan(half), decode, answer);
  }
  base::with_context(base::cat(call.name, ": the appliance's reply is damaged"), [&] {
    proto::XdrReader in(reply);
    std::vector<Element> part = decode(in);
    in.finish();
    std::move(part.begin(), part.end(), std::back_inserter(answer));
  });
}

void expect_file_names(const char* call, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (name.find('/') != name.npos)
      throw Error(Errc::Usage, base::cat(call, ": names: '", name, "' is not a file name"));
}

template <typename Element>
void expect_one_each(const char* call,
                     const std::vector<Element>& answer,
                     const std::vector<std::string>& names) {
  if (answer.size() != names.size())
    throw Error(Errc::Corrupt,
                base::cat(call, ": ", answer.size(), " answers for ", names.size(), " names"));
}

// Content of any length: the first piece by one call, the rest by another.
void write_in_pieces(const HostCalls& transact,
                     const CallInfo& first,
                     const CallInfo& rest,
                     const std::string& path,
                     std::string_view content) {
  const CallInfo* call = &first;
  do {
    const std::string_view piece = content.substr(0, kMaxPiece);
    content.remove_prefix(piece.size());
    proto::XdrWriter arguments;
    base::with_context(call->name, [&] { arguments.string(path); });
    arguments.opaque(piece);
    transact(*call, {.arguments = std::move(arguments).take()});
    call = &rest;
  } while (!content.empty());
}

Stat without_nanoseconds(const StatNs& from) {
  return {.dev = from.st_dev,
          .ino = from.st_ino,
          .mode = from.st_mode,
          .nlink = from.st_nlink,
          .uid = from.st_uid,
          .gid = from.st_gid,
          .rdev = from.st_rdev,
          .size = from.st_size,
          .blksize = from.st_blksize,
          .blocks = from.st_blocks,
          .atime = from.st_atime_sec,
          .mtime = from.st_mtime_sec,
          .ctime = from.st_ctime_sec};
}

Stat status(const HostCalls& transact, const CallInfo& call, const std::string& path) {
  proto::XdrWriter arguments;
  base::with_context(call.name, [&] { arguments.string(path); });
  const std::string reply = transact(call, {.arguments = std::move(arguments).take()});
  return base::with_context(base::cat(call.name, ": the appliance's reply is damaged"), [&] {
    proto::XdrReader in(reply);
    const auto answer = proto::read_struct<StatNs>(in);
    in.finish();
    return without_nanoseconds(answer);
  });
}

InternalMountable parts_of(const HostCalls& transact,
                           const char* on_behalf_of,
                           const std::string& mountable) {
  const CallInfo call = daemon_call("internal_parse_mountable", on_behalf_of);
  proto::XdrWriter arguments;
  base::with_context(call.name, [&] { arguments.string(mountable); });
  const std::string reply = transact(call, {.arguments = std::move(arguments).take()});
  return base::with_context(base::cat(call.name, ": the appliance's reply is damaged"), [&] {
    proto::XdrReader in(reply);
    auto parts = proto::read_struct<InternalMountable>(in);
    in.finish();
    return parts;
  });
}

bool is_available(Calls& calls, const char* on_behalf_of, const std::string& group) {
  const int32_t answer = calls.internal_feature_available(group);
  if (answer == kUnknownGroup)
    throw Error(Errc::Usage, base::cat(on_behalf_of, ": ", group, ": unknown group"));
  return answer == kAvailable;
}

}  // namespace

bool Calls::emulated_feature_available(const std::vector<std::string>& groups) {
  return std::all_of(groups.begin(), groups.end(), [this](const std::string& group) {
    return is_available(*this, "feature_available", group);
  });
}

void Calls::emulated_available(const std::vector<std::string>& groups) {
  for (const std::string& group : groups)
    if (!is_available(*this, "available", group))
      throw Error(Errc::Unsupported, base::cat("available: ", group, ": group not available"));
}

std::string Calls::emulated_canonical_device_name(const std::string& device) {
  if (device.starts_with("/dev/mapper/") || device.starts_with("/dev/dm-")) {
    try {
      return lvm_canonical_lv_name(device);
    } catch (const Error&) {
      return device;  // no logical volume: it has no other name
    }
  }
  // /dev/hda1 and /dev/vda1 are /dev/sda1, for guests that knew their disks by another bus.
  if ((device.starts_with("/dev/hd") || device.starts_with("/dev/vd")) &&
      device.size() > std::string_view("/dev/hd").size())
    return "/dev/s" + device.substr(std::string_view("/dev/h").size());
  return device;
}

std::string Calls::emulated_read_file(const std::string& path) {
  const CallInfo call = daemon_call("download", "read_file");
  return file_out(HostCalls(*this), call, path_argument(call, path), kMaxReadFile);
}

std::string Calls::emulated_mountable_device(const std::string& mountable) {
  return parts_of(HostCalls(*this), "mountable_device", mountable).im_device;
}

std::string Calls::emulated_mountable_subvolume(const std::string& mountable) {
  const InternalMountable parts = parts_of(HostCalls(*this), "mountable_subvolume", mountable);
  if (parts.im_volume.empty())
    throw Error(Errc::Usage, "mountable_subvolume: not a btrfs subvolume identifier", EINVAL);
  return parts.im_volume;
}

std::vector<Xattr> Calls::emulated_journal_get() {
  return structs_out<Xattr>(HostCalls(*this), daemon_call("internal_journal_get", "journal_get"),
                            {});
}

std::vector<TskDirent> Calls::emulated_filesystem_walk(const std::string& device) {
  const CallInfo call = daemon_call("internal_filesystem_walk", "filesystem_walk");
  return structs_out<TskDirent>(HostCalls(*this), call, path_argument(call, device));
}

std::vector<TskDirent> Calls::emulated_find_inode(const std::string& device, int64_t inode) {
  const CallInfo call = daemon_call("internal_find_inode", "find_inode");
  return structs_out<TskDirent>(HostCalls(*this), call, path_argument(call, device, inode));
}

std::vector<YaraDetection> Calls::emulated_yara_scan(const std::string& path) {
  const CallInfo call = daemon_call("internal_yara_scan", "yara_scan");
  return structs_out<YaraDetection>(HostCalls(*this), call, path_argument(call, path));
}

std::string Calls::emulated_cat(const std::string& path) {
  const CallInfo call = daemon_call("download", "cat");
  return file_out(HostCalls(*this), call, path_argument(call, path), kMaxReadFile);
}

std::vector<std::string> Calls::emulated_read_lines(const std::string& path) {
  const CallInfo call = daemon_call("download", "read_lines");
  const std::string content =
      file_out(HostCalls(*this), call, path_argument(call, path), kMaxReadFile);
  std::vector<std::string> lines = base::split(content, '\n');
  if (lines.back().empty())
    lines.pop_back();
  for (std::string& line : lines)
    if (line.ends_with('\r'))
      line.pop_back();
  return lines;
}

std::vector<std::string> Calls::emulated_ls(const std::string& directory) {
  const CallInfo call = daemon_call("ls0", "ls");
  return sorted_names(
      call, file_out(HostCalls(*this), call, path_argument(call, directory), kMaxListing));
}

std::vector<std::string> Calls::emulated_find(const std::string& directory) {
  const CallInfo call = daemon_call("find0", "find");
  return sorted_names(
      call, file_out(HostCalls(*this), call, path_argument(call, directory), kMaxListing));
}

std::vector<Dirent> Calls::emulated_readdir(const std::string& dir) {
  const CallInfo call = daemon_call("internal_readdir", "readdir");
  return structs_out<Dirent>(HostCalls(*this), call, path_argument(call, dir));
}

void Calls::emulated_write(const std::string& path, std::string_view content) {
  write_in_pieces(HostCalls(*this), daemon_call("internal_write", "write"),
                  daemon_call("internal_write_append", "write"), path, content);
}

void Calls::emulated_write_append(const std::string& path, std::string_view content) {
  const CallInfo call = daemon_call("internal_write_append", "write_append");
  write_in_pieces(HostCalls(*this), call, call, path, content);
}

Stat Calls::emulated_stat(const std::string& path) {
  return status(HostCalls(*this), daemon_call("statns", "stat"), path);
}

Stat Calls::emulated_lstat(const std::string& path) {
  return status(HostCalls(*this), daemon_call("lstatns", "lstat"), path);
}

std::vector<StatNs> Calls::emulated_lstatnslist(const std::string& path,
                                                const std::vector<std::string>& names) {
  expect_file_names("lstatnslist", names);
  std::vector<StatNs> answer;
  in_portions(HostCalls(*this), daemon_call("internal_lstatnslist", "lstatnslist"), path, names,
              proto::read_list<StatNs>, answer);
  expect_one_each("lstatnslist", answer, names);
  return answer;
}

std::vector<Stat> Calls::emulated_lstatlist(const std::string& path,
                                            const std::vector<std::string>& names) {
  expect_file_names("lstatlist", names);
  std::vector<StatNs> found;
  in_portions(HostCalls(*this), daemon_call("internal_lstatnslist", "lstatlist"), path, names,
              proto::read_list<StatNs>, found);
  expect_one_each("lstatlist", found, names);
  std::vector<Stat> answer;
  for (const StatNs& status : found) answer.push_back(without_nanoseconds(status));
  return answer;
}

std::vector<std::string> Calls::emulated_readlinklist(const std::string& path,
                                                      const std::vector<std::string>& names) {
  expect_file_names("readlinklist", names);
  std::vector<std::string> answer;
  in_portions(
      HostCalls(*this), daemon_call("internal_readlinklist", "readlinklist"), path, names,
      [](proto::XdrReader& in) { return in.strings(); }, answer);
  expect_one_each("readlinklist", answer, names);
  return answer;
}

std::vector<Xattr> Calls::emulated_lxattrlist(const std::string& path,
                                              const std::vector<std::string>& names) {
  expect_file_names("lxattrlist", names);
  std::vector<Xattr> answer;
  in_portions(HostCalls(*this), daemon_call("internal_lxattrlist", "lxattrlist"), path, names,
              proto::read_list<Xattr>, answer);
  return answer;
}

}  // namespace glovebox
