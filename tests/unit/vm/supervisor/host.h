// SPDX-License-Identifier: GPL-2.0-or-later
//
// A host to be protected: a template's RAM file, somebody's file, sockets that listen, in a
// directory that an ordinary user can use; the supervisor and the probe copied there, since a build
// tree may lie in somebody's private directory. And the means to run the supervisor as this user or
// another.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/child.h"
#include "base/files.h"
#include "base/unique_fd.h"

namespace glovebox::vm {

enum class As { Self, OrdinaryUser };

constexpr uint32_t kOrdinaryUser = 1000;
// Whom root's program becomes. Nobody is that one; from the range that root's tools take it from.
constexpr uint32_t kOwnUser = 2130706499;

class Host {
 public:
  Host();
  // Removes what the probe was allowed to make, but not to remove.
  ~Host();

  std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
  const std::string& supervisor() const { return supervisor_; }
  const std::string& probe() const { return probe_; }
  const std::string& ram() const { return ram_; }

  // The command line up to the supervisor's options; `as` needs root to be somebody else.
  std::vector<std::string> command(As as, std::vector<std::string> options) const;

  // Runs the probe with all facts about this host. NAME -> "refused", "ALLOWED (...)", "works",
  // "BROKEN".
  std::map<std::string, std::string> run_probe(As as, const std::string& without = "") const;

 private:
  base::TempDir dir_{"gb-host"};
  base::TempDir foreign_dir_{"gb-foreign"};
  std::string supervisor_, probe_, ram_, foreign_, unix_path_, unused_name_;
  base::UniqueFd unix_listener_, abstract_listener_, tcp_listener_, loose_socket_, directory_,
      ram_fd_;
  int port_ = 0;
};

}  // namespace glovebox::vm
