// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm/supervisor/program.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/files.h"

namespace glovebox::vm {
namespace {

// A program of so many segments, the last of which names an interpreter by so many bytes.
std::string interpreter(uint16_t segments, size_t path_bytes) {
  std::string path(path_bytes - 1, 'x');
  path[0] = '/';
  path += '\0';
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = segments;
  header.e_phoff = sizeof header;
  std::vector<Elf64_Phdr> table(segments);
  table.back().p_type = PT_INTERP;
  table.back().p_offset = sizeof header + segments * sizeof(Elf64_Phdr);
  table.back().p_filesz = path_bytes;
  const base::TempDir directory;
  const std::string file = directory.path() + "/program";
  base::replace_file(file, std::string(reinterpret_cast<const char*>(&header), sizeof header) +
                               std::string(reinterpret_cast<const char*>(table.data()),
                                           segments * sizeof(Elf64_Phdr)) +
                               path);
  return interpreter_of(file);
}

std::string path_of(size_t bytes) {
  return "/" + std::string(bytes - 2, 'x');
}

TEST(Program, TheInterpretersPathHasALimit) {
  EXPECT_EQ(interpreter(1, 4096), path_of(4096));
  EXPECT_EQ(interpreter(1, 4097), "");
}

TEST(Program, SegmentsHaveALimit) {
  EXPECT_EQ(interpreter(256, 20), path_of(20));
  EXPECT_EQ(interpreter(257, 20), "");
}

}  // namespace
}  // namespace glovebox::vm
