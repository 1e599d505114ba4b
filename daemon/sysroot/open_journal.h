// SPDX-License-Identifier: GPL-2.0-or-later
//
// A systemd journal that is open between calls, with the directory that libsystemd reads it from.
#pragma once

#include <systemd/sd-journal.h>

#include <utility>

#include "base/unique_fd.h"

namespace glovebox::guestd {

class OpenJournal {
 public:
  OpenJournal(sd_journal* journal, base::UniqueFd directory)
      : journal_(journal), directory_(std::move(directory)) {}
  ~OpenJournal() { ::sd_journal_close(journal_); }
  OpenJournal(const OpenJournal&) = delete;
  OpenJournal& operator=(const OpenJournal&) = delete;
  sd_journal* get() const { return journal_; }

 private:
  sd_journal* journal_;
  base::UniqueFd directory_;
};

}  // namespace glovebox::guestd
