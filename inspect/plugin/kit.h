// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A C++20 kit over plugin.h: header-only, standard library only, usable outside Glovebox's tree. A
// plugin is two functions on a Guest and a descriptor:
//
//   void detect(kit::Guest& guest) {
//     if (guest.is_file("/etc/example-release"))
//       guest.claim(kit::Role::Root, 90);
//   }
//   constexpr glovebox_inspect_descriptor kPlugin =
//       kit::plugin<detect>("example", "Example systems");
//   const glovebox_inspect_descriptor* glovebox_inspect_plugin() { return &kPlugin; }
//
// Exceptions do not leave the plugin. kit::Error (a file that exists but cannot be read) becomes a
// problem in the report; any other exception makes the call fail. A Guest is valid only during the
// call, and only in its thread.
#ifndef GLOVEBOX_INSPECT_KIT_H
#define GLOVEBOX_INSPECT_KIT_H

#include <cerrno>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "plugin.h"

namespace glovebox::inspect::kit {

// Something in the guest exists but cannot be read.
class Error : public std::exception {
 public:
  Error(std::string path, int errnum)
      : path_(std::move(path)), what_(std::generic_category().message(errnum)) {}
  Error(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}
  const std::string& path() const { return path_; }
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string path_;
  std::string what_;
};

enum class Role : uint32_t {
  Root = GLOVEBOX_INSPECT_ROLE_ROOT,
  Usr = GLOVEBOX_INSPECT_ROLE_USR,
  Other = GLOVEBOX_INSPECT_ROLE_OTHER,
  SplitRoot = GLOVEBOX_INSPECT_ROLE_SPLIT_ROOT,
};

enum class Links { Follow, Keep };

struct Application {
  std::string name = {};
  std::string display_name = {};
  int32_t epoch = 0;
  std::string version = {};
  std::string release = {};
  std::string arch = {};
  std::string install_path = {};
  std::string publisher = {};
  std::string url = {};
  std::string source_package = {};
  std::string summary = {};
  std::string description = {};
  std::string app_class = {};
};

// An open file of the guest; closed by the destructor.
class File {
 public:
  File(const glovebox_inspect_host* host, int handle, std::string path)
      : host_(host), handle_(handle), path_(std::move(path)) {}
  File(File&& other) noexcept
      : host_(other.host_),
        handle_(std::exchange(other.handle_, -1)),
        path_(std::move(other.path_)) {}
  File& operator=(File&&) = delete;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (handle_ >= 0)
      host_->close(host_, handle_);
  }

  // Reads up to `count` bytes at an offset; fewer only at the end of the file.
  size_t pread(void* into, size_t count, uint64_t offset) const {
    size_t done = 0;
    while (done < count) {
      const int64_t n = host_->pread(host_, handle_, static_cast<char*>(into) + done, count - done,
                                     offset + done);
      if (n < 0)
        throw Error(path_, static_cast<int>(-n));
      if (n == 0)
        break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

 private:
  const glovebox_inspect_host* host_;
  int handle_;
  std::string path_;
};

class Guest {
 public:
  explicit Guest(const glovebox_inspect_host* host) : host_(host) {}

  // --- Files. Absent: no such file. Error: it exists but cannot be read.

  std::optional<glovebox_inspect_stat> try_stat(const std::string& path,
                                                Links links = Links::Follow) const {
    glovebox_inspect_stat result{};
    const int rc = host_->stat(host_, path.c_str(), links == Links::Follow, &result);
    if (rc == -ENOENT)
      return std::nullopt;
    if (rc != 0)
      throw Error(path, -rc);
    return result;
  }
  bool is_file(const std::string& path, Links links = Links::Follow) const {
    return has_kind(path, links, GLOVEBOX_INSPECT_REGULAR);
  }
  bool is_directory(const std::string& path, Links links = Links::Follow) const {
    return has_kind(path, links, GLOVEBOX_INSPECT_DIRECTORY);
  }
  std::optional<File> try_open(const std::string& path) const {
    const int handle = host_->open(host_, path.c_str());
    if (handle == -ENOENT)
      return std::nullopt;
    if (handle == -EINVAL)
      throw Error(path, "is not a regular file");
    if (handle < 0)
      throw Error(path, -handle);
    return File(host_, handle, path);
  }
  // The whole file; Error if it is larger than `cap`.
  std::optional<std::string> try_read(const std::string& path, size_t cap) const {
    const auto file = try_open(path);
    if (!file)
      return std::nullopt;
    std::string text;
    for (;;) {
      const size_t at = text.size();
      const size_t step = at == 0 ? size_t{4096} : size_t{65536};
      text.resize(at + step);
      const size_t n = file->pread(text.data() + at, step, at);
      text.resize(at + n);
      if (text.size() > cap)
        throw Error(path, "is larger than the limit of " + std::to_string(cap) + " bytes");
      if (n < step)
        return text;
    }
  }
  // The first `count` bytes, or fewer if it is shorter.
  std::optional<std::string> try_read_head(const std::string& path, size_t count) const {
    const auto file = try_open(path);
    if (!file)
      return std::nullopt;
    std::string text(count, '\0');
    text.resize(file->pread(text.data(), count, 0));
    return text;
  }
  std::optional<std::vector<std::string>> try_list(const std::string& path) const {
    std::vector<std::string> names;
    const auto append = [](void* opaque, const char* name) -> int {
      try {
        static_cast<std::vector<std::string>*>(opaque)->emplace_back(name);
        return 0;
      } catch (...) {
        return -ENOMEM;
      }
    };
    const int rc = host_->list(host_, path.c_str(), append, &names);
    if (rc == -ENOENT)
      return std::nullopt;
    if (rc != 0)
      throw Error(path, -rc);
    return names;
  }
  // Absent also if it is not a symbolic link.
  std::optional<std::string> try_readlink(const std::string& path) const {
    char target[4097];
    const int64_t n = host_->readlink(host_, path.c_str(), target, sizeof target);
    if (n == -ENOENT || n == -EINVAL)
      return std::nullopt;
    if (n < 0)
      throw Error(path, static_cast<int>(-n));
    return std::string(target, static_cast<size_t>(n));
  }

  // --- Known values and requested data

  std::string known(const char* key) const {
    const char* const value = host_->get_string(host_, key);
    return value ? value : "";
  }
  bool wants_applications() const { return host_->wants & GLOVEBOX_INSPECT_WANT_APPLICATIONS; }
  bool wants_icon() const { return host_->wants & GLOVEBOX_INSPECT_WANT_ICON; }

  // --- Findings

  void claim(Role role, uint32_t confidence) {
    check("claim", host_->claim(host_, static_cast<uint32_t>(role), confidence));
  }
  void set(const char* key, const std::string& value) {
    check(key, host_->set_string(host_, key, value.c_str()));
  }
  void set_number(const char* key, int64_t value) { check(key, host_->set_int(host_, key, value)); }
  void add_mount(const std::string& spec,
                 const std::string& mountpoint,
                 const std::string& vfs_type = "",
                 const std::string& options = "") {
    check("mount", host_->add_mount(host_, spec.c_str(), mountpoint.c_str(), vfs_type.c_str(),
                                    options.c_str()));
  }
  void add_drive_mapping(const std::string& name, const std::string& spec) {
    check("drive mapping", host_->add_drive_mapping(host_, name.c_str(), spec.c_str()));
  }
  void add(const Application& a) {
    const auto text = [](const std::string& s) { return s.empty() ? nullptr : s.c_str(); };
    glovebox_inspect_application c{};
    c.struct_size = sizeof c;
    c.name = text(a.name);
    c.display_name = text(a.display_name);
    c.epoch = a.epoch;
    c.version = text(a.version);
    c.release = text(a.release);
    c.arch = text(a.arch);
    c.install_path = text(a.install_path);
    c.publisher = text(a.publisher);
    c.url = text(a.url);
    c.source_package = text(a.source_package);
    c.summary = text(a.summary);
    c.description = text(a.description);
    c.app_class = text(a.app_class);
    check("application", host_->add_application(host_, &c));
  }
  void applications_done() { check("applications", host_->applications_done(host_)); }
  void set_icon(std::string_view png) {
    check("icon", host_->set_icon(host_, png.data(), png.size()));
  }
  void problem(const std::string& where, const std::string& what) {
    host_->add_problem(host_, where.c_str(),
                       what.c_str());  // dropped if there are too many
  }

 private:
  bool has_kind(const std::string& path, Links links, uint32_t kind) const {
    const auto info = try_stat(path, links);
    return info && info->kind == kind;
  }
  static void check(const char* what, int rc) {
    if (rc < 0)
      throw Error(what, -rc);
  }

  const glovebox_inspect_host* host_;
};

// A C function for the descriptor that calls a C++ function and catches its exceptions.
template <void (*kFunction)(Guest&)>
int guarded(const glovebox_inspect_host* host) noexcept {
  try {
    Guest guest(host);
    kFunction(guest);
    return 0;
  } catch (const Error& e) {
    host->add_problem(host, e.path().c_str(), e.what());
    return 0;
  } catch (const std::bad_alloc&) {
    return -ENOMEM;
  } catch (const std::exception& e) {
    host->add_problem(host, "the plugin", e.what());
    return -EIO;
  } catch (...) {
    return -EIO;
  }
}

// The descriptor of a plugin with only a detect function.
template <void (*kDetect)(Guest&)>
constexpr glovebox_inspect_descriptor plugin(const char* name, const char* description) {
  return {sizeof(glovebox_inspect_descriptor),
          GLOVEBOX_INSPECT_API_VERSION,
          0,
          name,
          description,
          guarded<kDetect>,
          nullptr,
          nullptr};
}

// The descriptor of a plugin with a describe function, too, which reads only in `paths`
// (NULL-terminated).
template <void (*kDetect)(Guest&), void (*kDescribe)(Guest&)>
constexpr glovebox_inspect_descriptor plugin(const char* name,
                                             const char* description,
                                             const char* const* paths) {
  return {sizeof(glovebox_inspect_descriptor),
          GLOVEBOX_INSPECT_API_VERSION,
          0,
          name,
          description,
          guarded<kDetect>,
          guarded<kDescribe>,
          paths};
}

}  // namespace glovebox::inspect::kit

#endif  // GLOVEBOX_INSPECT_KIT_H
