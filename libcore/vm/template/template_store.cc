// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/template_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"
#include "base/time_text.h"
#include "vm/host/cache_dir.h"
#include "vm/host/lock_file.h"
#include "vm/host/shortage.h"
#include "vm/template/digest.h"
#include "vm/template/template_description.h"

namespace glovebox::vm {
namespace {

namespace fs = std::filesystem;

constexpr size_t kKeep = 6;  // templates per store: variants of memory size, CPUs, accelerator
constexpr auto kLeftoverAge = std::chrono::hours(1);
constexpr const char* kMaking = ".making-";
constexpr const char* kLock = ".lock";

void sync_path(const std::string& path) {
  const base::UniqueFd fd = base::open_file(path, O_RDONLY);
  if (fsync(fd.get()) != 0)
    base::throw_errno(path);
}

uint64_t allocated_bytes(const fs::path& directory) {
  uint64_t total = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    struct stat st {};
    if (stat(entry.path().c_str(), &st) == 0)
      total += static_cast<uint64_t>(st.st_blocks) * 512;
  }
  return total;
}

void delete_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error)
    throw Error(Errc::System, path + ": " + error.message(), error.value());
}

}  // namespace

TemplateStore::TemplateStore(const std::string& cache_directory, Readers readers)
    : directory_(cache_directory + "/templates"), readers_(readers) {
  require_private_directory(cache_directory, readers);
  require_private_directory(directory_, readers);
}

std::optional<TemplateStore> TemplateStore::open_system(const std::string& directory) {
  struct stat st {};
  const std::string templates = directory + "/templates";
  if (lstat(templates.c_str(), &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != 0 ||
      (st.st_mode & 022))
    return std::nullopt;
  TemplateStore store;
  store.directory_ = templates;
  store.readonly_ = true;
  return store;
}

std::string TemplateStore::path_of(const std::string& key) const {
  return directory_ + "/" + digest_of(key);
}

std::optional<Template> TemplateStore::find(const std::string& key) {
  const std::string path = path_of(key);
  std::optional<Template> t = open_template(path);
  if (!t)
    return std::nullopt;
  try {
    if (is_whole(path, *t, key, readonly_ ? Marker::Leave : Marker::Write)) {
      if (!readonly_)
        utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // last use, for forget_oldest
      return t;
    }
  } catch (const Error& e) {
    if (is_own_shortage(e.errnum()))
      throw;  // otherwise unreadable is as bad as torn
  }
  return std::nullopt;  // torn: whoever makes it anew replaces it, under the lock
}

Template TemplateStore::find_or_make(const std::string& key,
                                     const Maker& maker,
                                     const base::Canceller& canceller,
                                     const base::Deadline& deadline) {
  if (auto found = find(key))
    return std::move(*found);
  const base::UniqueFd lock = lock_file(path_of(key) + kLock, deadline, canceller);
  if (auto found = find(key))
    return std::move(*found);  // the process that we waited for made it
  // With the lock held, what an earlier maker of this key left behind has no owner any more.
  const std::string made = directory_ + "/" + kMaking + fs::path(path_of(key)).filename().string();
  std::error_code absent;
  fs::remove_all(made, absent);
  if (mkdir(made.c_str(), 0700) != 0)
    base::throw_errno(made);
  base::ScopeExit remove_made([&] {
    std::error_code ignored;
    fs::remove_all(made, ignored);
  });
  maker(made);
  publish(made, key);
  remove_made.dismiss();
  forget_oldest();
  if (auto found = find(key))
    return std::move(*found);
  throw Error(Errc::Corrupt,
              path_of(key) + ": the template that was just made cannot be read back");
}

void TemplateStore::publish(const std::string& made, const std::string& key) {
  TemplateDescription description = {.key = base::escape(key), .created = base::now_rfc3339()};
  for (const auto& [file, digest] :
       {std::pair{"/ram", &description.ram_digest}, {"/state", &description.state_digest}}) {
    const std::string path = made + file;
    if (chmod(path.c_str(), 0444) != 0)
      base::throw_errno(path);
    const base::UniqueFd fd = base::open_file(path, O_RDONLY);
    if (fsync(fd.get()) != 0)
      base::throw_errno(path);
    *digest = file_digest(fd.get(), path);
  }
  base::replace_file(made + "/template.json", to_json(description), 0644);
  write_marker(made);
  if (readers_ == Readers::Everybody && chmod(made.c_str(), 0755) != 0)
    base::throw_errno(made);
  sync_path(made);
  const std::string path = path_of(key);
  std::error_code ignored;
  fs::remove_all(path, ignored);
  if (rename(made.c_str(), path.c_str()) != 0)
    base::throw_errno(path);
  sync_path(directory_);
}

void TemplateStore::remove(const std::string& key, const base::Canceller& canceller) {
  const base::UniqueFd lock =
      lock_file(path_of(key) + kLock, base::Deadline::after(kLockTimeout), canceller);
  delete_tree(path_of(key));
}

void TemplateStore::remove_bad(const std::string& key,
                               const Template& bad,
                               const base::Canceller& canceller,
                               const base::Deadline& deadline) {
  const base::UniqueFd lock = lock_file(path_of(key) + kLock, deadline, canceller);
  if (is_at(bad, path_of(key)))
    delete_tree(path_of(key));
}

void TemplateStore::forget_oldest() {
  std::vector<std::pair<fs::file_time_type, fs::path>> kept;
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(directory_, ignored)) {
    if (!entry.is_directory(ignored))
      continue;
    const auto used = entry.last_write_time(ignored);
    if (!entry.path().filename().string().starts_with(kMaking))
      kept.emplace_back(used, entry.path());
    else if (now - used > kLeftoverAge)
      fs::remove_all(entry.path(), ignored);  // its maker was killed
  }
  std::sort(kept.rbegin(), kept.rend());
  for (size_t i = kKeep; i < kept.size(); ++i) fs::remove_all(kept[i].second, ignored);
}

std::vector<StoredTemplate> TemplateStore::list() const {
  std::vector<StoredTemplate> result;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory_, ignored)) {
    if (!fs::exists(entry.path() / "template.json", ignored))
      continue;
    TemplateDescription description;
    try {
      description = read_description(entry.path());
    } catch (const Error&) {
      // Listed with what is known.
    }
    result.push_back({entry.path(), entry.path().filename(), description.created,
                      allocated_bytes(entry.path())});
  }
  std::sort(result.begin(), result.end(),
            [](const StoredTemplate& a, const StoredTemplate& b) { return a.created < b.created; });
  return result;
}

std::vector<StoredTemplate> TemplateStore::clear(const base::Canceller& canceller) {
  std::set<std::string> names;  // of templates; each may have a directory, a leftover and a lock
  for (const auto& entry : fs::directory_iterator(directory_)) {
    std::string name = entry.path().filename();
    if (name.starts_with(kMaking))
      name.erase(0, std::string(kMaking).size());
    if (name.ends_with(kLock))
      name.erase(name.size() - std::string(kLock).size());
    names.insert(name);
  }
  std::vector<StoredTemplate> gone;
  for (const std::string& name : names) {
    const std::string path = directory_ + "/" + name;
    const base::UniqueFd lock =
        lock_file(path + kLock, base::Deadline::after(kLockTimeout), canceller);
    for (const StoredTemplate& known : list())
      if (known.key == name)
        gone.push_back(known);
    delete_tree(path);
    delete_tree(directory_ + "/" + kMaking + name);
    delete_tree(path + kLock);
  }
  return gone;
}

}  // namespace glovebox::vm
