// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: extended attributes. Files are reached by descriptor; "/proc/self/fd/N" takes the place of
// a path, as the kernel has no f*xattr for descriptors that were opened O_PATH, nor an l*xattr by
// descriptor.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMaxListBytes = XATTR_LIST_MAX;
constexpr size_t kMaxValueBytes = XATTR_SIZE_MAX;

enum class Links { Follow, Keep };

// A file in a form that the *xattr calls take. For a link that must not be followed that is its
// directory and its name.
class Target {
 public:
  Target(const Appliance& app, const std::string& path, Links links) : shown_(path), links_(links) {
    app.mounts.require_any();
    if (links == Links::Follow) {
      fd_ = open_in_guest(path, O_PATH);
      path_ = path_of(fd_);
    } else {
      GuestEntry entry = find_entry(path);
      fd_ = std::move(entry.directory);
      path_ = base::cat(path_of(fd_), "/", entry.name);
    }
  }
  Target(const base::UniqueFd& directory, const std::string& name)
      : shown_(name), links_(Links::Keep), path_(base::cat(path_of(directory), "/", name)) {}

  std::vector<Xattr> all() const {
    std::vector<Xattr> result;
    for (const std::string& name : names()) result.push_back({name, value(name)});
    return result;
  }

  std::string value(const std::string& name) const {
    std::string buffer(kMaxValueBytes, '\0');
    const ssize_t length = (links_ == Links::Follow ? ::getxattr : ::lgetxattr)(
        path_.c_str(), name.c_str(), buffer.data(), buffer.size());
    if (length < 0)
      throw_guest_errno(base::cat(shown_, ": ", name));
    buffer.resize(static_cast<size_t>(length));
    return buffer;
  }

  void set(const std::string& name, std::string_view value) const {
    const int status =
        links_ == Links::Follow
            ? ::setxattr(path_.c_str(), name.c_str(), value.data(), value.size(), 0)
            : ::lsetxattr(path_.c_str(), name.c_str(), value.data(), value.size(), 0);
    if (status != 0)
      throw_guest_errno(shown_);
  }

  void remove(const std::string& name) const {
    if ((links_ == Links::Follow ? ::removexattr : ::lremovexattr)(path_.c_str(), name.c_str()) !=
        0)
      throw_guest_errno(shown_);
  }

 private:
  std::vector<std::string> names() const {
    std::string buffer(kMaxListBytes, '\0');
    const ssize_t length = (links_ == Links::Follow ? ::listxattr : ::llistxattr)(
        path_.c_str(), buffer.data(), buffer.size());
    if (length < 0 && errno == ENOTSUP)
      return {};
    if (length < 0)
      throw_guest_errno(shown_);
    std::vector<std::string> result;
    for (const std::string& name :
         base::split(std::string_view(buffer).substr(0, static_cast<size_t>(length)), '\0'))
      if (!name.empty())
        result.push_back(name);
    std::sort(result.begin(), result.end());
    return result;
  }

  std::string shown_;
  Links links_;
  base::UniqueFd fd_;
  std::string path_;
};

}  // namespace

std::vector<Xattr> getxattrs(Appliance& app, const std::string& path) {
  return Target(app, path, Links::Follow).all();
}

std::vector<Xattr> lgetxattrs(Appliance& app, const std::string& path) {
  return Target(app, path, Links::Keep).all();
}

std::string getxattr(Appliance& app, const std::string& path, const std::string& name) {
  return Target(app, path, Links::Follow).value(name);
}

std::string lgetxattr(Appliance& app, const std::string& path, const std::string& name) {
  return Target(app, path, Links::Keep).value(name);
}

std::vector<Xattr> internal_lxattrlist(Appliance& app,
                                       const std::string& path,
                                       const std::vector<std::string>& names) {
  app.mounts.require_any();
  const base::UniqueFd directory(
      try_open_beneath(open_sysroot().get(), path, O_PATH | O_DIRECTORY));
  std::vector<Xattr> result;
  for (const std::string& name : names) {
    try {
      if (!directory.valid() || name.empty() || name.find('/') != std::string::npos)
        throw Error(Errc::Usage, "not a file name", EINVAL);
      const std::vector<Xattr> attributes = Target(directory, name).all();
      // Callers read the number as a C string, and the field is a buffer.
      result.push_back({"", std::to_string(attributes.size()) + '\0'});
      result.insert(result.end(), attributes.begin(), attributes.end());
    } catch (const Error&) {
      result.push_back({"", ""});  // how the list says that this file could not be read
    }
  }
  return result;
}

void setxattr(Appliance& app,
              const std::string& xattr,
              std::string_view val,
              const std::string& path) {
  Target(app, path, Links::Follow).set(xattr, val);
}

void lsetxattr(Appliance& app,
               const std::string& xattr,
               std::string_view val,
               const std::string& path) {
  Target(app, path, Links::Keep).set(xattr, val);
}

void removexattr(Appliance& app, const std::string& xattr, const std::string& path) {
  Target(app, path, Links::Follow).remove(xattr);
}

void lremovexattr(Appliance& app, const std::string& xattr, const std::string& path) {
  Target(app, path, Links::Keep).remove(xattr);
}

}  // namespace glovebox::guestd
