// SPDX-License-Identifier: GPL-2.0-or-later
//
// The fixed parts of messages and each XDR type. XDR has one way to write a value, so what was
// read, written again, must be the bytes that were read.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"
#include "proto/message.h"

namespace {

using namespace glovebox;
using namespace glovebox::proto;

template <typename T>
void same_again(std::string_view bytes) {
  XdrReader in(bytes);
  T value;
  try {
    read(in, value);
  } catch (const Error&) {
    return;
  }
  XdrWriter out;
  write(out, value);
  if (out.bytes() != bytes.substr(0, bytes.size() - in.remaining()))
    std::abort();
  // A frame is a word and then the same bytes.
  if constexpr (std::is_same_v<T, Header>) {
    if (!frame(value, {}).ends_with(out.bytes()))
      std::abort();
  } else if constexpr (!std::is_same_v<T, ErrorReply>) {
    if (!frame(value).ends_with(out.bytes()))
      std::abort();
  }
}

// A script: a letter says what to read next.
void read_script(std::string_view script, std::string_view bytes) {
  XdrReader in(bytes);
  XdrWriter out;
  try {
    for (const char letter : script) {
      switch (letter % 9) {
        case 0:
          out.uint32(in.uint32());
          break;
        case 1:
          out.int64(in.int64());
          break;
        case 2:
          out.boolean(in.boolean());
          break;
        case 3:
          out.character(in.character());
          break;
        case 4:
          out.opaque(in.opaque());
          break;
        case 5:
          out.string(in.string(64));
          break;
        case 6:
          out.strings(in.strings());
          break;
        case 7:
          out.pairs(in.pairs());
          break;
        case 8:
          out.fixed_opaque(in.fixed_opaque(5), 5);
          break;
      }
    }
    in.finish();
  } catch (const Error&) {
    return;
  }
  if (out.bytes() != bytes)
    std::abort();
}

}  // namespace

// The first byte chooses: a struct, or a script of so many letters that comes next.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0)
    return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 0:
      same_again<Header>(bytes);
      break;
    case 1:
      same_again<ErrorReply>(bytes);
      break;
    case 2:
      same_again<Chunk>(bytes);
      break;
    case 3:
      same_again<ProgressMessage>(bytes);
      break;
    default:
      if (const size_t letters = data[0] % 16; letters <= bytes.size())
        read_script(bytes.substr(0, letters), bytes.substr(letters));
  }
  return 0;
}
