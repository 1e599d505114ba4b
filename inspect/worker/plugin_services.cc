// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/worker/plugin_services.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "inspect/report/report_json.h"

namespace glovebox::inspect {
namespace {

// A C string of the plugin, NULL as empty, cut at what the report can hold.
std::string_view borrowed(const char* text, size_t cap = kMaxReportString) {
  return text ? std::string_view(text, strnlen(text, cap)) : std::string_view();
}

int add(std::vector<MountEntry>& list, MountEntry entry) {
  for (const std::string* text : {&entry.spec, &entry.mountpoint, &entry.vfs_type, &entry.options})
    if (text->size() > kMaxFindingString)
      return -EFBIG;
  if (list.size() == kMaxFindingMounts)
    return -E2BIG;
  list.push_back(std::move(entry));
  return 0;
}

}  // namespace

int PluginServices::stat(const char* path, int follow, glovebox_inspect_stat* result) const {
  if (!path || !result)
    return -EINVAL;
  const auto info = tree_.try_stat(path, follow ? Links::Follow : Links::Keep);
  if (!info)
    return -ENOENT;
  *result = {static_cast<uint32_t>(info->kind), info->mode, info->size_bytes, info->mtime};
  return 0;
}

int PluginServices::open(const char* path) {
  if (!path)
    return -EINVAL;
  const auto slot = std::find(files_.begin(), files_.end(), nullptr);
  if (slot == files_.end())
    return -EMFILE;
  *slot = tree_.try_open(path);
  return *slot ? static_cast<int>(slot - files_.begin()) : -ENOENT;
}

bool PluginServices::is_open(int handle) const {
  return handle >= 0 && handle < kMaxOpenFiles && files_[static_cast<size_t>(handle)];
}

int64_t PluginServices::pread(int handle, void* into, size_t count, uint64_t offset) const {
  if (!is_open(handle) || (!into && count > 0))
    return -EBADF;
  const size_t cap = std::numeric_limits<int32_t>::max();
  return static_cast<int64_t>(
      files_[static_cast<size_t>(handle)]->pread(into, std::min(count, cap), offset));
}

void PluginServices::close(int handle) {
  if (is_open(handle))
    files_[static_cast<size_t>(handle)].reset();
}

int PluginServices::list(const char* path, int (*entry)(void*, const char*), void* opaque) const {
  if (!path || !entry)
    return -EINVAL;
  const auto names = tree_.try_list(path);
  if (!names)
    return -ENOENT;
  for (const std::string& name : *names)
    if (const int stop = entry(opaque, name.c_str()); stop != 0)
      return stop;
  return 0;
}

int64_t PluginServices::readlink(const char* path, char* into, size_t size) const {
  if (!path || !into)
    return -EINVAL;
  const auto target = tree_.try_readlink(path);
  if (!target)
    return tree_.try_stat(path, Links::Keep) ? -EINVAL : -ENOENT;
  if (target->size() >= size)
    return -ERANGE;
  std::memcpy(into, target->c_str(), target->size() + 1);
  return static_cast<int64_t>(target->size());
}

const char* PluginServices::get_string(const char* key) const noexcept {
  if (!key)
    return nullptr;
  for (const auto* map : {&found_.strings, &known_})
    for (const auto& [name, value] : *map)
      if (name == key)
        return value.c_str();
  return nullptr;
}

int PluginServices::set_string(const char* key, const char* value) {
  const std::string_view name = borrowed(key);
  if (!is_string_key(name))
    return -EINVAL;
  if (!value || !*value) {
    found_.strings.erase(std::string(name));
    return 0;
  }
  const std::string text = clean(borrowed(value, kMaxFindingString + 1));
  if (text.size() > kMaxFindingString)
    return -EFBIG;
  found_.strings[std::string(name)] = text;
  return 0;
}

int PluginServices::set_int(const char* key, int64_t value) {
  const std::string_view name = borrowed(key);
  if (!is_integer_key(name))
    return -EINVAL;
  if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max())
    return -ERANGE;
  found_.integers[std::string(name)] = static_cast<int32_t>(value);
  return 0;
}

int PluginServices::claim(uint32_t role, uint32_t confidence) {
  if (role < GLOVEBOX_INSPECT_ROLE_ROOT || role > GLOVEBOX_INSPECT_ROLE_SPLIT_ROOT ||
      confidence > 100)
    return -EINVAL;
  found_.role = static_cast<Role>(role);
  found_.confidence = confidence;
  return 0;
}

int PluginServices::add_mount(const char* spec,
                              const char* mountpoint,
                              const char* vfs_type,
                              const char* options) {
  return add(found_.mounts, {std::string(borrowed(spec)), std::string(borrowed(mountpoint)),
                             std::string(borrowed(vfs_type)), std::string(borrowed(options))});
}

int PluginServices::add_drive_mapping(const char* name, const char* spec) {
  return add(found_.drive_mappings, {std::string(borrowed(spec)), std::string(borrowed(name))});
}

int PluginServices::add_application(const glovebox_inspect_application* given) {
  if (!given || given->struct_size < offsetof(glovebox_inspect_application, display_name))
    return -EINVAL;
  // A plugin of an older header has a shorter structure; what it lacks stays NULL.
  glovebox_inspect_application a{};
  std::memcpy(&a, given, std::min(given->struct_size, sizeof a));
  if (!a.name || !*a.name)
    return -EINVAL;
  if (applications_.size() == most_applications_)
    return -E2BIG;
  const auto text = [](const char* value) { return clean(borrowed(value, kMaxFindingString)); };
  applications_.push_back(
      {.name = text(a.name),
       .display_name = text(a.display_name),
       .epoch = a.epoch,
       .version = text(a.version),
       .release = text(a.release),
       .arch = text(a.arch),
       .install_path = text(a.install_path),
       .publisher = text(a.publisher),
       .url = text(a.url),
       .source_package = text(a.source_package),
       .summary = text(a.summary),
       .description = clean_paragraph(borrowed(a.description, kMaxFindingString)),
       .app_class = text(a.app_class)});
  return 0;
}

int PluginServices::applications_done() {
  applications_done_ = true;
  return 0;
}

int PluginServices::set_icon(const void* png, size_t size) {
  if (size > kMaxIconBytes)
    return -EFBIG;
  if (!png && size > 0)
    return -EINVAL;
  found_.icon.assign(static_cast<const char*>(png), size);
  return 0;
}

int PluginServices::add_problem(const char* where, const char* what) {
  // The last one that fits says that there were more.
  if (found_.problems.size() == kMaxFindingProblems)
    found_.problems.push_back({"", "more problems than a report can hold"});
  if (found_.problems.size() > kMaxFindingProblems)
    return -E2BIG;
  found_.problems.push_back(
      {clean(borrowed(where, kMaxFindingString)), clean(borrowed(what, kMaxFindingString))});
  return 0;
}

Findings PluginServices::take(int result) {
  if (applications_done_)
    found_.applications = std::move(applications_);
  found_.result = result;
  return std::move(found_);
}

}  // namespace glovebox::inspect
