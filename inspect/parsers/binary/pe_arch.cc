// SPDX-License-Identifier: LGPL-2.1-or-later
#include "inspect/parsers/binary/pe_arch.h"

#include <cstdint>

#include "base/byte_reader.h"

namespace glovebox::inspect {

std::string pe_arch(std::string_view head) {
  constexpr size_t kHeaderOffset = 0x3c;  // where the DOS header says where the other one is
  constexpr std::string_view kSignature("PE\0\0", 4);
  if (!head.starts_with("MZ"))
    return {};
  try {
    base::ByteReader dos(head.substr(0, kPeHeadBytes));
    dos.skip(kHeaderOffset);
    base::ByteReader reader(head.substr(0, kPeHeadBytes));
    reader.skip(dos.read<base::le32>());
    if (reader.take_text(kSignature.size()) != kSignature)
      return {};
    switch (reader.read<base::le16>()) {
      case 0x14c:
        return "i386";
      case 0x8664:
        return "x86_64";
      case 0x1c4:
        return "arm";
      case 0xaa64:
        return "aarch64";
      default:
        return {};
    }
  } catch (const Error&) {
    return {};  // cut short
  }
}

}  // namespace glovebox::inspect
