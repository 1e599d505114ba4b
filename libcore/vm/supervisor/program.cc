// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/supervisor/program.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "vm/supervisor/failure.h"

namespace glovebox::vm {
namespace {

constexpr size_t kMaxInterpreterPath = 4096;
constexpr size_t kMaxProgramHeaders = 256;

bool read_at(int fd, void* into, size_t count, uint64_t offset) {
  return pread(fd, into, count, static_cast<off_t>(offset)) == static_cast<ssize_t>(count);
}

std::string interpreter_in(int fd) {
  Elf64_Ehdr header;
  if (!read_at(fd, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof(Elf64_Phdr))
    return {};
  for (size_t i = 0; i < header.e_phnum && i < kMaxProgramHeaders; ++i) {
    Elf64_Phdr segment;
    if (!read_at(fd, &segment, sizeof segment, header.e_phoff + i * sizeof segment))
      return {};
    if (segment.p_type != PT_INTERP || segment.p_filesz > kMaxInterpreterPath)
      continue;
    std::string path(segment.p_filesz, '\0');
    if (!read_at(fd, path.data(), path.size(), segment.p_offset))
      return {};
    return path.c_str();  // without the NUL that ends it in the file
  }
  return {};
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (access(name.c_str(), X_OK) != 0)
      fail_errno(name);
    return name;
  }
  const char* path = getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    const size_t end = rest.find(':');
    const std::string candidate = std::string(rest.substr(0, end)) + "/" + name;
    struct stat st;
    if (candidate[0] == '/' && stat(candidate.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        access(candidate.c_str(), X_OK) == 0)
      return candidate;
    if (end == std::string_view::npos)
      break;
    rest.remove_prefix(end + 1);
  }
  errno = ENOENT;
  fail_errno(name);
}

std::string interpreter_of(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return {};  // executable but not readable: exec will say what it needs
  std::string result = interpreter_in(fd);
  close(fd);
  return result;
}

std::vector<std::string> system_read_paths() {
  std::vector<std::string> present;
  for (const char* path :
       {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
        "/usr/share/qemu", "/usr/share/seabios", "/usr/lib/ipxe"})
    if (access(path, F_OK) == 0)
      present.emplace_back(path);
  return present;
}

}  // namespace glovebox::vm
