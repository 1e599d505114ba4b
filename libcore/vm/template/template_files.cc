// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/template_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "vm/host/cache_dir.h"
#include "vm/host/checked_json.h"
#include "vm/host/shortage.h"
#include "vm/template/digest.h"

namespace glovebox::vm {
namespace {

std::string marker_path(const std::string& directory) {
  return directory + "/verified";
}

// True if the files are what they were when published.
bool matches(const TemplateDescription& description, const Template& t) {
  return description.ram_digest == file_digest(t.ram.get(), t.ram_path) &&
         description.state_digest == file_digest(t.state.get(), "state");
}

// An invalid descriptor: there is no such file, or none for us.
base::UniqueFd open_if_there(const std::string& path) {
  base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid() && is_own_shortage(errno))
    base::throw_errno(path);
  struct stat st {};
  if (fd.valid() && (fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)))
    fd.reset();  // of a FIFO, each later use would wait for a writer
  return fd;
}

bool same_file(int fd, const std::string& path) {
  struct stat opened {
  }, named{};
  return fstat(fd, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

std::optional<Template> open_template(const std::string& directory) {
  Template t{directory + "/ram", open_if_there(directory + "/ram"),
             open_if_there(directory + "/state")};
  if (!t.ram.valid() || !t.state.valid())
    return std::nullopt;
  return t;
}

TemplateDescription read_description(const std::string& directory) {
  return parse_template_description(
      base::read_file(directory + "/template.json", CheckedJson::kMaxBytes));
}

bool is_whole(const std::string& directory,
              const Template& t,
              const std::string& key,
              Marker marker) {
  const TemplateDescription description = read_description(directory);
  if (description.key != base::escape(key))
    return false;
  try {
    if (base::read_file(marker_path(directory), 100) == boot_id())
      return true;
  } catch (const Error&) {
    // First use after a boot.
  }
  if (!matches(description, t))
    return false;
  try {
    if (marker == Marker::Write)
      write_marker(directory);
  } catch (const Error&) {
    // On a read-only file system (a template baked into a container's image) each use reads it all.
  }
  return true;
}

void write_marker(const std::string& directory) {
  base::replace_file(marker_path(directory), boot_id(), 0644);
}

bool is_damaged(const Template& t) {
  try {
    return !matches(read_description(std::filesystem::path(t.ram_path).parent_path()), t);
  } catch (const Error& e) {
    return !is_own_shortage(e.errnum());
  }
}

bool is_at(const Template& t, const std::string& directory) {
  return same_file(t.ram.get(), directory + "/ram");
}

}  // namespace glovebox::vm
