// SPDX-License-Identifier: GPL-2.0-or-later
//
// Volumes over directories: each volume is a directory of a TempDir, and a merged tree is a copy.
// Nothing is mounted.
#pragma once

#include <fcntl.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "inspect/engine/volumes.h"

namespace glovebox::inspect {

class FakeTree final : public MountedTree {
 public:
  explicit FakeTree(const std::string& path) : fd_(base::open_file(path, O_PATH | O_DIRECTORY)) {}
  int fd() const override { return fd_.get(); }

 private:
  base::UniqueFd fd_;
};

class FakeVolumes final : public Volumes {
 public:
  // Adds a volume and returns the directory of its files.
  std::string add(const Volume& volume) {
    const std::string path = temp_.path() + "/volume" + std::to_string(volumes_.size());
    std::filesystem::create_directory(path);
    std::filesystem::permissions(temp_.path(), std::filesystem::perms(0755));
    paths_[volume.device] = path;
    volumes_.push_back(volume);
    return path;
  }
  void file(const std::string& device, const std::string& path, const std::string& content) {
    const std::string full = paths_.at(device) + path;
    std::filesystem::create_directories(std::filesystem::path(full).parent_path());
    base::replace_file(full, content);
  }
  void link(const std::string& device, const std::string& path, const std::string& target) {
    std::filesystem::create_directories(
        std::filesystem::path(paths_.at(device) + path).parent_path());
    std::filesystem::create_symlink(target, paths_.at(device) + path);
  }
  void damage(const std::string& device) { damaged_.insert(device); }

  std::vector<Volume> list() override { return volumes_; }
  std::vector<std::string> drives() override { return {"/dev/sda"}; }
  std::unique_ptr<MountedTree> mount(const Volume& volume) override {
    mounts.push_back(volume.device);
    if (damaged_.contains(volume.device))
      throw Error(Errc::System, "mount: Structure needs cleaning", 117);
    return std::make_unique<FakeTree>(paths_.at(volume.device));
  }
  std::unique_ptr<MountedTree> mount_tree(const std::vector<Mountpoint>& mountpoints,
                                          std::vector<Problem>& problems) override {
    const std::string merged = temp_.path() + "/merged" + std::to_string(trees++);
    for (const Mountpoint& mountpoint : mountpoints) {
      if (damaged_.contains(mountpoint.dev)) {
        problems.push_back({mountpoint.dev, "mount: Structure needs cleaning"});
        continue;
      }
      using std::filesystem::copy_options;
      std::filesystem::create_directories(merged + mountpoint.path);
      std::filesystem::copy(
          paths_.at(mountpoint.dev), merged + mountpoint.path,
          copy_options::recursive | copy_options::copy_symlinks | copy_options::overwrite_existing);
    }
    return std::make_unique<FakeTree>(merged);
  }

  std::vector<std::string> mounts;  // in the order they were asked for
  int trees = 0;

 private:
  base::TempDir temp_;
  std::vector<Volume> volumes_;
  std::map<std::string, std::string> paths_;
  std::set<std::string> damaged_;
};

}  // namespace glovebox::inspect
