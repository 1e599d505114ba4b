// SPDX-License-Identifier: GPL-2.0-or-later
//
// PluginServices: what a plugin may ask and say during one call, over a FileTree and a Findings.
// Nothing that it passes is believed. The functions are those of plugin.h, with its errors
// (negative errno values), but may throw; worker/host_services.h makes the C table of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inspect/plugin/plugin.h"
#include "inspect/report/report.h"
#include "inspect/tree/file_tree.h"
#include "inspect/worker/findings.h"

namespace glovebox::inspect {

inline constexpr int kMaxOpenFiles = 64;

class PluginServices {
 public:
  // Both outlive it. `known` is what get_string answers, besides what the plugin sets itself.
  PluginServices(const FileTree& tree,
                 const std::map<std::string, std::string>& known,
                 size_t most_applications)
      : tree_(tree), known_(known), most_applications_(most_applications) {}

  int stat(const char* path, int follow, glovebox_inspect_stat* result) const;
  int open(const char* path);
  int64_t pread(int handle, void* into, size_t count, uint64_t offset) const;
  void close(int handle);
  int list(const char* path, int (*entry)(void*, const char*), void* opaque) const;
  int64_t readlink(const char* path, char* into, size_t size) const;
  const char* get_string(const char* key) const noexcept;
  int set_string(const char* key, const char* value);
  int set_int(const char* key, int64_t value);
  int claim(uint32_t role, uint32_t confidence);
  int add_mount(const char* spec,
                const char* mountpoint,
                const char* vfs_type,
                const char* options);
  int add_drive_mapping(const char* name, const char* spec);
  int add_application(const glovebox_inspect_application* given);
  int applications_done();
  int set_icon(const void* png, size_t size);
  int add_problem(const char* where, const char* what);

  // What the plugin said, when its function has returned `result`.
  Findings take(int result);

 private:
  bool is_open(int handle) const;

  const FileTree& tree_;
  const std::map<std::string, std::string>& known_;
  const size_t most_applications_;
  Findings found_;
  std::vector<Application> applications_;
  bool applications_done_ = false;
  std::array<std::unique_ptr<OpenFile>, kMaxOpenFiles> files_;
};

}  // namespace glovebox::inspect
