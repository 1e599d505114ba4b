// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/system/clock_entropy.h"

#include <fcntl.h>
#include <linux/random.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/error.h"
#include "base/files.h"

namespace glovebox::guestd {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// struct rand_pool_info, whose array has no size.
struct EntropyRequest {
  int entropy_count = kEntropyBytes * 8;
  int buf_size = kEntropyBytes;
  char bytes[kEntropyBytes];
};

}  // namespace

void set_clock(int64_t time_ns) {
  if (time_ns < 0)
    throw Error(Errc::Usage, "the time is before 1970", EINVAL);
  const timespec now = {.tv_sec = time_ns / kNanosecondsPerSecond,
                        .tv_nsec = time_ns % kNanosecondsPerSecond};
  if (::clock_settime(CLOCK_REALTIME, &now) != 0)
    base::throw_errno("clock_settime");
}

void add_entropy(std::string_view bytes) {
  if (bytes.size() != kEntropyBytes)
    throw Error(Errc::Usage, "the entropy is not 64 bytes", EINVAL);
  EntropyRequest request;
  memcpy(request.bytes, bytes.data(), kEntropyBytes);
  const base::UniqueFd fd = base::open_file("/dev/urandom", O_RDWR);
  if (::ioctl(fd.get(), RNDADDENTROPY, &request) != 0 || ::ioctl(fd.get(), RNDRESEEDCRNG) != 0)
    base::throw_errno("/dev/urandom");
}

}  // namespace glovebox::guestd
