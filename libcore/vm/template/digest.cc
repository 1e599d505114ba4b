// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/template/digest.h"

#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "base/error.h"
#include "base/files.h"
#include "base/scope_exit.h"

namespace glovebox::vm {
namespace {

std::string hex(XXH128_hash_t hash) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text;
}

}  // namespace

std::string digest_of(std::string_view text) {
  return hex(XXH3_128bits(text.data(), text.size()));
}

std::string file_digest(int fd, const std::string& name) {
  XXH3_state_t* state = XXH3_createState();
  const base::ScopeExit free_state([&] { XXH3_freeState(state); });
  XXH3_128bits_reset(state);
  std::string buffer(1 << 20, '\0');
  struct stat st {};
  if (fstat(fd, &st) != 0)
    base::throw_errno(name);
  for (off_t at = 0; at < st.st_size;) {
    const off_t data = lseek(fd, at, SEEK_DATA);
    if (data < 0)
      break;  // only a hole is left
    off_t end = lseek(fd, data, SEEK_HOLE);
    if (end < 0)
      end = st.st_size;
    for (at = data; at < end;) {
      const size_t want = std::min<size_t>(buffer.size(), static_cast<size_t>(end - at));
      const size_t got = base::pread_some(fd, buffer.data(), want, static_cast<uint64_t>(at), name);
      if (got == 0)
        throw Error(Errc::Corrupt, name + ": shorter than it was");
      // A page of zeros may be stored or be a hole; count neither, so that the file system's choice
      // does not matter.
      for (size_t page = 0; page < got; page += 4096) {
        const std::string_view bytes(buffer.data() + page, std::min<size_t>(4096, got - page));
        if (bytes.find_first_not_of('\0') == std::string_view::npos)
          continue;
        const uint64_t offset = static_cast<uint64_t>(at) + page;
        XXH3_128bits_update(state, &offset, sizeof offset);
        XXH3_128bits_update(state, bytes.data(), bytes.size());
      }
      at += static_cast<off_t>(got);
    }
  }
  return hex(XXH3_128bits_digest(state));
}

}  // namespace glovebox::vm
