// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/binary/elf_arch.h"

#include <elf.h>

#include <cstdint>

namespace glovebox::inspect {
namespace {

constexpr uint16_t kLoongArch = 258;  // EM_LOONGARCH of newer headers

}  // namespace

std::string elf_arch(std::string_view head) {
  if (head.size() < kElfHeaderBytes || !head.starts_with(std::string_view(ELFMAG, SELFMAG)))
    return {};
  const auto byte = [&](size_t i) {
    return static_cast<uint16_t>(static_cast<unsigned char>(head[i]));
  };
  const bool is_64 = byte(EI_CLASS) == ELFCLASS64;
  const bool is_little = byte(EI_DATA) == ELFDATA2LSB;
  constexpr size_t kMachine = 18;  // offset of e_machine in both classes
  const auto machine = static_cast<uint16_t>(is_little ? byte(kMachine + 1) << 8 | byte(kMachine)
                                                       : byte(kMachine) << 8 | byte(kMachine + 1));
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_X86_64:
      return "x86_64";
    case EM_SPARC:
    case EM_SPARC32PLUS:
      return "sparc";
    case EM_SPARCV9:
      return "sparc64";
    case EM_IA_64:
      return "ia64";
    case EM_PPC:
      return "ppc";
    case EM_PPC64:
      return is_little ? "ppc64le" : "ppc64";
    case EM_AARCH64:
      return "aarch64";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return is_64 ? "riscv64" : "riscv32";
    case EM_S390:
      return is_64 ? "s390x" : "s390";
    case kLoongArch:
      return is_64 ? "loongarch64" : "loongarch32";
    case EM_MIPS:
      return is_64 ? "mips64" : "mips";
    case EM_68K:
      return "m68k";
    case EM_ALPHA:
      return "alpha";
    case EM_PARISC:
      return "parisc";
    default:
      return {};
  }
}

}  // namespace glovebox::inspect
