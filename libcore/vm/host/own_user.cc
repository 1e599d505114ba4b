// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One file holds all locks: byte N is user N's. An open file description lock (fcntl(2)) goes with
// the descriptor, so nothing has to be tidied up after a crash, and the file stays empty.
#include "vm/host/own_user.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/number_text.h"

namespace glovebox::vm {
namespace {

struct Range {
  uint32_t first = 0, count = 0;
};

// Unused by accounts, services and containers: https://systemd.io/UIDS-GIDS/. The second is for
// user namespaces of 65,536 ids, as containers without root have.
constexpr Range kAllocated = {0x7f000000, 1 << 23};
constexpr Range kSmall = {60706, 478};
// Of root's subordinate ids the last: containers take theirs from the beginning.
constexpr uint32_t kMostSubordinate = 65536;
constexpr size_t kMaxFile = 1 << 20;
constexpr uint32_t kTries = 64;

// subuid(5): "root:100000:65536", or the number in the name's place. The largest range that root
// has.
Range subordinate(const std::string& text) {
  Range largest;
  for (const std::string& line : base::split(text, '\n')) {
    const std::vector<std::string> fields = base::split(line, ':');
    if (fields.size() != 3 || (fields[0] != "root" && fields[0] != "0"))
      continue;
    const auto first = base::parse_number<uint32_t>(fields[1]);
    const auto count = base::parse_number<uint32_t>(fields[2]);
    if (first && count && *first > 0 && *count > largest.count && *first <= UINT32_MAX - *count)
      largest = {*first, *count};
  }
  return largest;
}

// user_namespaces(7): "INSIDE OUTSIDE COUNT" a line. True if the whole range is in one of them.
bool is_mapped(const Range& range, const std::string& map) {
  for (const std::string& line : base::split(map, '\n')) {
    unsigned long long inside = 0, outside = 0, count = 0;
    if (std::sscanf(line.c_str(), "%llu %llu %llu", &inside, &outside, &count) == 3 &&
        range.first >= inside && uint64_t{range.first} + range.count <= inside + count)
      return true;
  }
  return false;
}

Range last_of(const Range& range, uint32_t count) {
  return {range.first + (range.count - count), count};
}

uint32_t random_number() {
  uint32_t value = 0;
  if (getrandom(&value, sizeof value, 0) != sizeof value)
    base::throw_errno("getrandom");
  return value;
}

// Invalid if there is no such file of root's and none can be made.
base::UniqueFd open_lock(const std::string& path) {
  base::UniqueFd fd(
      open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  struct stat st {};
  if (fd.valid() && (fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
                     (st.st_mode & 022) != 0))
    return {};
  return fd;
}

// False if another run has it. A file system without locks is as good as no file.
bool lock_byte(int fd, uint32_t at) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = 1;
  return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

// Empty if there is no such file, which is usual.
std::string contents(const char* path) {
  try {
    return base::read_file(path, kMaxFile);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::optional<IdPool> choose_id_pool(const IdSources& sources) {
  const Range uids = subordinate(sources.subuid), gids = subordinate(sources.subgid);
  const uint32_t count = std::min({uids.count, gids.count, kMostSubordinate});
  if (count > 0) {
    const Range uid = last_of(uids, count), gid = last_of(gids, count);
    if (is_mapped(uid, sources.uid_map) && is_mapped(gid, sources.gid_map))
      return IdPool{uid.first, gid.first, count};
  }
  for (const Range& range : {kAllocated, kSmall})
    if (is_mapped(range, sources.uid_map) && is_mapped(range, sources.gid_map))
      return IdPool{range.first, range.first, range.count};
  return std::nullopt;
}

std::optional<OwnUser> OwnUser::take_from(const IdPool& pool, const std::string& lock_path) {
  base::UniqueFd lock = open_lock(lock_path);
  const uint32_t begin = random_number() % pool.count;
  // From a random place on, so that without a lock two runs hardly ever meet, and with one each try
  // is a new id.
  for (uint32_t i = 0; i < std::min(pool.count, kTries); ++i) {
    const uint32_t n = (begin + i) % pool.count;
    if (!lock.valid() || lock_byte(lock.get(), pool.first_uid + n))
      return OwnUser(pool.first_uid + n, pool.first_gid + n, std::move(lock));
  }
  return std::nullopt;
}

std::optional<OwnUser> OwnUser::take(const std::string& lock_path) {
  const auto pool = choose_id_pool({.subuid = contents("/etc/subuid"),
                                    .subgid = contents("/etc/subgid"),
                                    .uid_map = contents("/proc/self/uid_map"),
                                    .gid_map = contents("/proc/self/gid_map")});
  return pool ? take_from(*pool, lock_path) : std::nullopt;
}

}  // namespace glovebox::vm
