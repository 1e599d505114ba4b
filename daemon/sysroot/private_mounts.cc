// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/sysroot/private_mounts.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kPlace = "/run/inspect";
constexpr unsigned long kReadOnly = MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC;

}  // namespace

PrivateMount::PrivateMount(std::string path) : path_(std::move(path)) {
  for (const char* directory : {kPlace, path_.c_str()})
    if (::mkdir(directory, 0700) != 0 && errno != EEXIST)
      base::throw_errno(directory);
}

PrivateMount::~PrivateMount() {
  ::umount2(path_.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  ::rmdir(path_.c_str());
}

std::unique_ptr<PrivateMount> PrivateMounts::make_place() {
  return std::make_unique<PrivateMount>(base::cat(kPlace, "/", next_++));
}

PrivateMounts::Found PrivateMounts::mount(const MountRequest& request) {
  const std::string name = to_string(request.what);
  if (const auto kept = mounts_.find(name); kept != mounts_.end())
    return {kept->second.mount->path(), kept->second.problem};
  std::unique_ptr<PrivateMount> place = make_place();
  MountRequest readonly = request;
  readonly.options = {kReadOnly, {}};
  std::string problem;
  try {
    mount_device(readonly, place->path());
  } catch (const Error& first) {
    // A journal that cannot be replayed need not keep us from reading what is there.
    readonly.options.data = no_replay_option(request.type);
    if (readonly.options.data.empty())
      throw;
    try {
      mount_device(readonly, place->path());
    } catch (const Error&) {
      throw first;
    }
    problem =
        base::cat("mounted without replaying its journal, so the newest changes may be missing: ",
                  first.what());
  }
  const std::string path = place->path();
  mounts_[name] = {std::move(place), problem, !problem.empty()};
  return {path, problem};
}

std::string PrivateMounts::mirror(const std::string& name, const std::string& from) {
  if (const auto kept = mounts_.find(name); kept != mounts_.end())
    return kept->second.mount->path();
  std::unique_ptr<PrivateMount> place = make_place();
  const std::string path = place->path();
  if (::mount(from.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
      ::mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_REMOUNT | kReadOnly, nullptr) != 0)
    base::throw_errno(base::escape(from));
  mounts_[name] = {std::move(place), "", true};
  return path;
}

void PrivateMounts::release_passing() {
  std::erase_if(mounts_, [](const auto& entry) { return entry.second.passing; });
}

}  // namespace glovebox::guestd
