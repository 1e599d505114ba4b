// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Makes the tree that an archive holds in a directory of the host, as tar(1) would, and nothing
// outside of it: whatever the archive says, and whatever an earlier one has left there. Every
// directory is opened by its name in the one above it, without following links; what is in the way
// of a member is removed, never written to. One tree by one thread.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/directory_cursor.h"
#include "base/failures.h"
#include "base/unique_fd.h"
#include "calls/host_owners.h"
#include "calls/tar_reader.h"

namespace glovebox::calls {

// Owners and modes of the members, and which of them are made. As tar: root restores owners and
// exact modes, everybody else's files are his own and follow his umask.
struct TreeRules {
  bool owners = false;   // for root
  bool special = false;  // device nodes, set-user-id and set-group-id bits
};

class TreeWriter final : public TarSink {
 public:
  // The tree goes to the directory `name` in `parent`, which is made unless it is there; it must
  // not be a link. "." is the parent itself, which keeps its own mode and times. `shown` is the
  // tree's path in messages.
  TreeWriter(base::UniqueFd parent, std::string name, std::string shown, const TreeRules& rules);

  // These throw Corrupt for members that are outside of the tree, and System when nothing more can
  // be written (a full disk). What fails for one member alone is kept for finish().
  void begin(const TarMember& member) override;
  void content(std::string_view piece) override;
  void end() override;

  // Directories get their modes and times. Throws System "PATH: reason" for the first member that
  // could not be made as it should be, and says how many more there were.
  void finish();

  // Some members, for a warning: how many, and the first one's path.
  struct Some {
    uint64_t count = 0;
    std::string first = {};
    void add(const std::string& path) {
      if (count++ == 0)
        first = path;
    }
  };
  // Device nodes that were not made, for want of rules.special.
  const Some& left_out() const { return left_out_; }
  // Members that this process may not give to their owners (root without CAP_CHOWN, or in a user
  // namespace that lacks the owner): they stay its own.
  const Some& unowned() const { return unowned_; }

 private:
  struct Level {
    std::string name;
    bool is_new = false;
    std::optional<mode_t> mode_before = {};    // to be given back
    std::optional<TarMember> attributes = {};  // to be set once nothing more is put into it
  };
  using Path = std::vector<std::string>;

  static Path path_in_tree(const std::string& name);
  void open_top(mode_t mode);
  void make(const Path& path);
  void enter_directory(const std::string& name);
  void make_file(const std::string& name);
  void make_node(const std::string& name);
  void make_symbolic_link(const std::string& name);
  void make_hard_link(const Path& path);

  Level make_directory(int parent, const std::string& name, mode_t mode);
  base::UniqueFd directory_in_tree(const Path& path) const;
  void go_to(const Path& directory);
  void leave();
  std::string level_path() const;
  void set_attributes(int fd, const Level& directory);
  mode_t exact_mode(const TarMember& member) const;
  void set_owner_and_mode(int fd, const TarMember& member, const std::string& path);
  void set_owner_and_mode_of_name(const std::string& name, mode_t type);
  void set_times_of_name(const std::string& name);
  [[noreturn]] void fail() const;
  void expect(int result, const std::string& path);
  void expect_owner(int result, const std::string& path);
  void guarded(const std::function<void()>& action);

  base::UniqueFd parent_;
  const std::string name_, shown_;
  const TreeRules rules_;
  base::UniqueFd top_;
  std::optional<base::DirectoryCursor> cursor_;
  std::vector<Level> levels_;  // from the top to where the cursor stands
  TarMember member_;
  std::string member_path_;
  base::UniqueFd file_;  // of the member, if it is one and could be made
  HostOwners owners_;
  base::Failures failures_;
  Some left_out_;
  Some unowned_;
};

}  // namespace glovebox::calls
