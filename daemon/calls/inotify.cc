// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: watching files of the guest. The kernel keeps the events; one list of watches is open at a
// time.
#include "guestd/functions/inotify.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/sysroot/guest_path.h"

namespace glovebox::guestd {
namespace {

constexpr const char* kQueueLimit = "/proc/sys/fs/inotify/max_queued_events";
constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kMaxAnswerBytes = 2 << 20;  // well below what a reply can carry

int watches_of(const Appliance& app) {
  if (!app.watches.valid())
    throw Error(Errc::Usage, "you must call 'inotify_init' first to initialize inotify", EINVAL);
  return app.watches.get();
}

// inotify(7): records of a header and a name that is filled up with zeroes.
std::vector<InotifyEvent> events_in(std::string_view bytes) {
  std::vector<InotifyEvent> events;
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event header;
    memcpy(&header, bytes.data(), sizeof header);
    const std::string_view name = bytes.substr(sizeof header, header.len);
    events.push_back({.in_wd = header.wd,
                      .in_mask = header.mask,
                      .in_cookie = header.cookie,
                      .in_name = std::string(name.substr(0, name.find('\0')))});
    bytes.remove_prefix(std::min(bytes.size(), sizeof header + header.len));
  }
  return events;
}

// The next events, at most kReadBytes of them; empty when there are no more.
std::string read_some(int fd) {
  std::string bytes(kReadBytes, '\0');
  ssize_t count;
  while ((count = ::read(fd, bytes.data(), bytes.size())) < 0 && errno == EINTR) {
  }
  if (count < 0 && errno != EAGAIN)
    base::throw_errno("inotify");
  bytes.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return bytes;
}

}  // namespace

void inotify_init(Appliance& app, int32_t maxevents) {
  if (maxevents < 0)
    refuse("maxevents < 0");
  if (maxevents > 0)
    base::write_all(base::open_file(kQueueLimit, O_WRONLY).get(), std::to_string(maxevents),
                    kQueueLimit);
  app.watches = base::UniqueFd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!app.watches.valid())
    base::throw_errno("inotify_init1");
}

int64_t inotify_add_watch(Appliance& app, const std::string& path, int32_t mask) {
  app.mounts.require_any();
  const int fd = watches_of(app);
  const base::UniqueFd file = open_in_guest(path, O_PATH);
  const int watch = ::inotify_add_watch(fd, path_of(file).c_str(), static_cast<uint32_t>(mask));
  if (watch < 0)
    throw_guest_errno(path);
  return watch;
}

void inotify_rm_watch(Appliance& app, int32_t wd) {
  if (::inotify_rm_watch(watches_of(app), wd) != 0)
    base::throw_errno(std::to_string(wd));
}

std::vector<InotifyEvent> inotify_read(Appliance& app) {
  const int fd = watches_of(app);
  std::vector<InotifyEvent> events;
  size_t total = 0;
  while (total < kMaxAnswerBytes) {
    const std::string bytes = read_some(fd);
    if (bytes.empty())
      break;
    total += bytes.size();
    for (InotifyEvent& event : events_in(bytes)) events.push_back(std::move(event));
  }
  return events;
}

std::vector<std::string> inotify_files(Appliance& app) {
  std::set<std::string> names;
  for (InotifyEvent& event : inotify_read(app))
    if (!event.in_name.empty())
      names.insert(std::move(event.in_name));
  return {names.begin(), names.end()};
}

void inotify_close(Appliance& app) {
  watches_of(app);
  app.watches.reset();
}

}  // namespace glovebox::guestd
