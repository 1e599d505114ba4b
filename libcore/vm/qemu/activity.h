// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How long a machine has done nothing, from what is measured of it now and then. No clocks and no
// machine in here: each look brings its own time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/deadline.h"
#include "vm/qemu/work.h"

namespace glovebox::vm {

// Whether a machine lives at all: it prints, or qemu speaks for it, or it uses a processor.
class IdleTimer {
 public:
  using TimePoint = base::Deadline::Clock::time_point;

  struct Look {
    TimePoint at;
    uint64_t bytes = 0;                                       // from the console and by QMP, so far
    std::optional<std::chrono::milliseconds> processor_time;  // so far; absent: not known
  };

  void start(const Look& look);
  // Since when there was no sign of life. A machine whose processor time is not known counts as
  // alive: there is a deadline, too.
  std::chrono::milliseconds idle(const Look& look);
  // Bytes that came by QMP and were qemu's own, no sign of life of the machine.
  void ignore(uint64_t bytes) { bytes_then_ += bytes; }

 private:
  TimePoint last_life_ = {};
  uint64_t bytes_then_ = 0;
  std::chrono::milliseconds processor_time_then_{0};
};

// Whether it works, or does no more than send heartbeats (work.h). Looks are expensive, so they are
// taken when one is due.
class RestTimer {
 public:
  using TimePoint = base::Deadline::Clock::time_point;

  void start(const Work& work);
  bool is_due(TimePoint now) const;
  void look(const Work& work);
  std::chrono::milliseconds rest(TimePoint now) const;

 private:
  Work work_then_ = {};
  TimePoint last_work_ = {};
};

}  // namespace glovebox::vm
