// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/qemu/activity.h"

namespace glovebox::vm {
namespace {

using std::chrono::milliseconds;

// qemu's own timers take a little of the processor even where no virtual CPU runs: one per cent of
// the time that a machine may be idle (Vm::kLongestIdle).
constexpr milliseconds kLeastProcessorTime{300};
constexpr std::chrono::seconds kWorkInterval{10};

milliseconds since(IdleTimer::TimePoint then, IdleTimer::TimePoint now) {
  return std::chrono::duration_cast<milliseconds>(now - then);
}

}  // namespace

void IdleTimer::start(const Look& look) {
  last_life_ = look.at;
  bytes_then_ = look.bytes;
  processor_time_then_ = look.processor_time.value_or(processor_time_then_);
}

milliseconds IdleTimer::idle(const Look& look) {
  if (look.bytes != bytes_then_ || !look.processor_time ||
      *look.processor_time - processor_time_then_ >= kLeastProcessorTime)
    start(look);
  return since(last_life_, look.at);
}

void RestTimer::start(const Work& work) {
  work_then_ = work;
  last_work_ = work.at;
}

bool RestTimer::is_due(TimePoint now) const {
  return now - work_then_.at >= kWorkInterval;
}

void RestTimer::look(const Work& work) {
  if (has_worked(work_then_, work))
    last_work_ = work.at;
  work_then_ = work;
}

milliseconds RestTimer::rest(TimePoint now) const {
  return since(last_work_, now);
}

}  // namespace glovebox::vm
