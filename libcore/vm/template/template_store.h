// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Templates on disk. Each is one directory CACHE/templates/NAME with the RAM file, the device state
// and template.json, published by rename and deleted as a whole; NAME is a digest of the key, which
// is everything that the template depends on. A power cut must not leave a torn one in use: files
// are synced before the rename, and on the first use after each boot of the host their digest is
// checked. Several processes may share a store: making is under a lock per key. A
// template that another process deletes between find and use fails the restore, not the launch.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/canceller.h"
#include "base/deadline.h"
#include "vm/host/cache_dir.h"
#include "vm/template/template_files.h"

namespace glovebox::vm {

struct StoredTemplate {
  std::string path;
  std::string key;
  std::string created;  // RFC 3339, UTC
  uint64_t bytes = 0;   // allocated on disk
};

class TemplateStore {
 public:
  // How long another process may keep one locked: longer than making one takes.
  static constexpr std::chrono::seconds kLockTimeout{300};

  // Fills `directory` (empty, private) with `ram` and `state`.
  using Maker = std::function<void(const std::string& directory)>;

  // Throws Denied or System when the cache directory cannot be used (see cache_dir.h).
  explicit TemplateStore(const std::string& cache_directory, Readers readers = Readers::Owner);

  // A store that only reads: the system-wide one. Absent when there is none or it is not root's.
  static std::optional<TemplateStore> open_system(const std::string& directory);

  // Absent when there is no such template, or it is torn. Throws System when this process has too
  // little memory or too few descriptors to tell.
  std::optional<Template> find(const std::string& key);

  // Finds it, or makes and publishes it. Waits for another process that is making the same one,
  // until the deadline (Timeout) or cancelled.
  Template find_or_make(const std::string& key,
                        const Maker& maker,
                        const base::Canceller& canceller,
                        const base::Deadline& deadline = base::Deadline::after(kLockTimeout));

  // The directory of this key's template, whether it exists or not.
  std::string path_of(const std::string& key) const;
  // Each deletes under the lock of what it deletes: what another process is making comes first.
  void remove(const std::string& key, const base::Canceller& canceller);
  // Unless another process has replaced it meanwhile.
  void remove_bad(const std::string& key,
                  const Template& bad,
                  const base::Canceller& canceller,
                  const base::Deadline& deadline = base::Deadline::after(kLockTimeout));
  std::vector<StoredTemplate> clear(const base::Canceller& canceller);  // all, leftovers included
  std::vector<StoredTemplate> list() const;                             // oldest first

 private:
  TemplateStore() = default;
  void publish(const std::string& made, const std::string& key);
  void forget_oldest();

  std::string directory_;
  Readers readers_ = Readers::Owner;
  bool readonly_ = false;
};

}  // namespace glovebox::vm
