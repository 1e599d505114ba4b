// SPDX-License-Identifier: LGPL-2.1-or-later
#include "vm/host/kvm_verdict_store.h"

#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "base/time_text.h"
#include "vm/host/cache_dir.h"
#include "vm/host/lock_file.h"

namespace glovebox::vm {
namespace {

constexpr size_t kMaxVerdict = 1 << 16;
constexpr size_t kMaxReason = 4000;

}  // namespace

KvmVerdictStore::KvmVerdictStore(std::string cache_directory, const std::string& situation)
    : directory_(std::move(cache_directory)),
      file_(directory_ + "/kvm-verdict.json"),
      situation_(base::escape(base::cat(boot_id(), " ", geteuid(), " ", situation))) {}

std::optional<KvmVerdict> KvmVerdictStore::find() const {
  try {
    require_private_directory(directory_);
    KvmVerdict known = parse_kvm_verdict(base::read_file(file_, kMaxVerdict));
    if (known.situation == situation_)
      return known;
  } catch (const Error&) {
    // Not there yet, or not to be trusted.
  }
  return std::nullopt;
}

bool KvmVerdictStore::remember(bool works, const std::string& reason) const {
  try {
    require_private_directory(directory_);
    base::replace_file(
        file_, to_json({situation_, works, reason.substr(0, kMaxReason), base::now_rfc3339()}));
    return true;
  } catch (const Error&) {
    return false;
  }
}

void KvmVerdictStore::forget() const {
  unlink(file_.c_str());
}

base::UniqueFd KvmVerdictStore::lock_trial(const base::Canceller& canceller,
                                           const base::Deadline& deadline) const {
  try {
    require_private_directory(directory_);
    return lock_file(directory_ + "/kvm-trial.lock", deadline, canceller);
  } catch (const Error& e) {
    if (e.code() == Errc::Cancelled || e.code() == Errc::Timeout)
      throw;
    return {};
  }
}

}  // namespace glovebox::vm
