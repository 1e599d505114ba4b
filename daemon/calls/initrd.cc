// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: what is in an initial ramdisk. cpio(1) reads it in the appliance and never writes a file.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/guest_path.h"
#include "daemon/program.h"
#include "daemon/text_dump.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr size_t kMagicBytes = 6;

struct Packing {
  std::string_view magic;
  std::vector<std::string> unpack;
};

// How the archive is unpacked before cpio reads it.
std::vector<Program> reader_of(const base::UniqueFd& fd, const std::string& name, Program cpio) {
  const Packing packings[] = {{"\x1f\x8b", {"gzip", "-cdq"}},
                              {"\xfd"
                               "7zXZ",
                               {"xz", "-cdq"}},
                              {"\x28\xb5\x2f\xfd", {"zstd", "-cdq"}},
                              {"BZh", {"bzip2", "-cdq"}}};
  std::string magic(kMagicBytes, '\0');
  magic.resize(base::pread_some(fd.get(), magic.data(), magic.size(), 0, base::escape(name)));
  for (const Packing& packing : packings)
    if (magic.starts_with(packing.magic))
      return {Program{.argv = packing.unpack}, std::move(cpio)};
  return {std::move(cpio)};
}

std::string run_cpio(Appliance& app,
                     const std::string& path,
                     const std::vector<std::string>& arguments,
                     size_t max_bytes) {
  require_mounted(app);
  const base::UniqueFd fd = open_in_guest(path, O_RDONLY);
  std::vector<std::string> argv = {"cpio", "--quiet"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  try {
    return run_program_ok(reader_of(fd, path, {.argv = argv}), fd, max_bytes);
  } catch (Error& e) {
    throw e.in(base::escape(path));
  }
}

// cpio takes names as patterns.
std::string as_pattern(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos)
      pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

std::vector<std::string> initrd_list(Appliance& app, const std::string& path) {
  return lines_of(run_cpio(app, path, {"-it"}, kMaxTextBytes));
}

std::string initrd_cat(Appliance& app, const std::string& initrdpath, const std::string& filename) {
  const std::vector<std::string> names = initrd_list(app, initrdpath);
  if (std::find(names.begin(), names.end(), filename) == names.end())
    throw Error(
        Errc::NotFound,
        base::cat(base::escape(initrdpath), ": ", base::escape(filename), ": file not found"),
        ENOENT);
  return run_cpio(app, initrdpath, {"-i", "--to-stdout", "--", as_pattern(filename)},
                  kMaxTextBytes);
}

}  // namespace glovebox::guestd
