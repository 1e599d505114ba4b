// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the guest's systemd journal, by libsystemd, from the directory's descriptor. One journal
// is open at a time.
#include <fcntl.h>
#include <systemd/sd-journal.h>

#include <cerrno>

#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/rpc/streams.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/open_through.h"
#include "guestd/functions.h"
#include "proto/coders.h"

namespace glovebox::guestd {
namespace {

sd_journal* journal_of(const Appliance& app) {
  if (!app.journal)
    throw Error(Errc::Usage, "you must call 'journal-open' first to initialize the journal handle",
                EINVAL);
  return app.journal->get();
}

// libsystemd answers with a negative errno.
template <typename Answer>
Answer checked(Answer answer, const char* what) {
  if (answer < 0)
    base::throw_errno(what, static_cast<int>(-answer));
  return answer;
}

}  // namespace

void journal_open(Appliance& app, const std::string& directory) {
  app.mounts.require_any();
  app.journal.reset();
  base::UniqueFd fd = open_in_guest(directory, O_RDONLY | O_DIRECTORY);
  sd_journal* journal = nullptr;
  const int answer = ::sd_journal_open_directory_fd(&journal, fd.get(), 0);
  if (answer < 0) {
    errno = -answer;
    throw_guest_errno(directory);
  }
  app.journal = std::make_unique<OpenJournal>(journal, std::move(fd));
}

void journal_close(Appliance& app) {
  journal_of(app);
  app.journal.reset();
}

bool journal_next(Appliance& app) {
  return checked(::sd_journal_next(journal_of(app)), "sd_journal_next") > 0;
}

int64_t journal_skip(Appliance& app, int64_t skip) {
  sd_journal* const journal = journal_of(app);
  if (skip == 0)
    return 0;
  if (skip > 0)
    return checked(::sd_journal_next_skip(journal, static_cast<uint64_t>(skip)),
                   "sd_journal_next_skip");
  return checked(::sd_journal_previous_skip(journal, -static_cast<uint64_t>(skip)),
                 "sd_journal_previous_skip");
}

// A field is "NAME=VALUE", and the value may hold any bytes.
void internal_journal_get(Appliance& app, FileOutStream& filename) {
  sd_journal* const journal = journal_of(app);
  ::sd_journal_restart_data(journal);
  const void* data = nullptr;
  size_t length = 0;
  while (checked(::sd_journal_enumerate_data(journal, &data, &length),
                 "sd_journal_enumerate_data") > 0) {
    const std::string_view field(static_cast<const char*>(data), length);
    const size_t end = field.find('=');
    if (end == std::string_view::npos)
      throw Error(Errc::Corrupt, "sd_journal_enumerate_data: a field has no name", EINVAL);
    proto::XdrWriter out;
    proto::write(out, Xattr{.attrname = std::string(field.substr(0, end)),
                            .attrval = std::string(field.substr(end + 1))});
    filename.write(out.bytes());
  }
}

int64_t journal_get_realtime_usec(Appliance& app) {
  uint64_t usec = 0;
  checked(::sd_journal_get_realtime_usec(journal_of(app), &usec), "sd_journal_get_realtime_usec");
  return static_cast<int64_t>(usec);
}

int64_t journal_get_data_threshold(Appliance& app) {
  size_t threshold = 0;
  checked(::sd_journal_get_data_threshold(journal_of(app), &threshold),
          "sd_journal_get_data_threshold");
  return static_cast<int64_t>(threshold);
}

void journal_set_data_threshold(Appliance& app, int64_t threshold) {
  if (threshold < 0)
    throw Error(Errc::Usage, "threshold is negative", EINVAL);
  checked(::sd_journal_set_data_threshold(journal_of(app), static_cast<size_t>(threshold)),
          "sd_journal_set_data_threshold");
}

}  // namespace glovebox::guestd
