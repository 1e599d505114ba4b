// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: the Windows registry, by hivex. One hive is open at a time. hivex opens files by path:
// "/proc/self/fd/N" is the path of one that was resolved in the guest.
#include <fcntl.h>
#include <hivex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/c_pointer.h"
#include "base/cat.h"
#include "base/error.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/sysroot/guest_path.h"
#include "daemon/sysroot/open_through.h"
#include "guestd/functions.h"

namespace glovebox::guestd {
namespace {

constexpr mode_t kNewFileMode = 0666;

using Text = base::CPointer<char, ::free>;
using Handles = base::CPointer<size_t, ::free>;

hive_h* hive_of(const Appliance& app) {
  if (!app.hive)
    throw Error(Errc::Usage, "you must call 'hivex-open' first to initialize the hivex handle",
                EINVAL);
  return app.hive->get();
}

[[noreturn]] void throw_hivex() {
  base::throw_errno("hivex");
}

// A handle of the caller's; hivex checks that it names something.
size_t handle(int64_t number) {
  return static_cast<size_t>(number);
}

// 0 is hivex's answer for a failure, and also, with errno 0, for what is not there.
int64_t found_or_none(size_t number) {
  if (number == 0 && errno != 0)
    throw_hivex();
  return static_cast<int64_t>(number);
}

std::string text_of(const Text& text) {
  if (!text)
    throw_hivex();
  return text.get();
}

}  // namespace

void hivex_open(Appliance& app, const std::string& filename, const HivexOpenOptions& optargs) {
  app.mounts.require_any();
  app.hive.reset();
  const bool writes = optargs.write.value_or(false);
  base::UniqueFd file = open_in_guest(filename, writes ? O_RDWR : O_RDONLY);
  const int flags = (optargs.verbose.value_or(false) ? HIVEX_OPEN_VERBOSE : 0) |
                    (optargs.debug.value_or(false) ? HIVEX_OPEN_DEBUG : 0) |
                    (writes ? HIVEX_OPEN_WRITE : 0) |
                    (optargs.unsafe.value_or(false) ? HIVEX_OPEN_UNSAFE : 0);
  hive_h* const hive = ::hivex_open(path_of(file).c_str(), flags);
  if (!hive)
    throw_guest_errno(filename);
  app.hive = std::make_unique<OpenHive>(hive, std::move(file));
}

void hivex_close(Appliance& app) {
  hive_of(app);
  app.hive.reset();
}

int64_t hivex_root(Appliance& app) {
  const hive_node_h root = ::hivex_root(hive_of(app));
  if (root == 0)
    throw_hivex();
  return static_cast<int64_t>(root);
}

std::string hivex_node_name(Appliance& app, int64_t nodeh) {
  return text_of(Text(::hivex_node_name(hive_of(app), handle(nodeh))));
}

std::vector<HivexNode> hivex_node_children(Appliance& app, int64_t nodeh) {
  const Handles children(::hivex_node_children(hive_of(app), handle(nodeh)));
  if (!children)
    throw_hivex();
  std::vector<HivexNode> result;
  for (const size_t* child = children.get(); *child; ++child)
    result.push_back({.hivex_node_h = static_cast<int64_t>(*child)});
  return result;
}

int64_t hivex_node_get_child(Appliance& app, int64_t nodeh, const std::string& name) {
  errno = 0;
  return found_or_none(::hivex_node_get_child(hive_of(app), handle(nodeh), name.c_str()));
}

int64_t hivex_node_parent(Appliance& app, int64_t nodeh) {
  const hive_node_h parent = ::hivex_node_parent(hive_of(app), handle(nodeh));
  if (parent == 0)
    throw_hivex();
  return static_cast<int64_t>(parent);
}

std::vector<HivexValue> hivex_node_values(Appliance& app, int64_t nodeh) {
  const Handles values(::hivex_node_values(hive_of(app), handle(nodeh)));
  if (!values)
    throw_hivex();
  std::vector<HivexValue> result;
  for (const size_t* value = values.get(); *value; ++value)
    result.push_back({.hivex_value_h = static_cast<int64_t>(*value)});
  return result;
}

int64_t hivex_node_get_value(Appliance& app, int64_t nodeh, const std::string& key) {
  errno = 0;
  return found_or_none(::hivex_node_get_value(hive_of(app), handle(nodeh), key.c_str()));
}

std::string hivex_value_key(Appliance& app, int64_t valueh) {
  return text_of(Text(::hivex_value_key(hive_of(app), handle(valueh))));
}

int64_t hivex_value_type(Appliance& app, int64_t valueh) {
  hive_type type = hive_t_REG_NONE;
  size_t length = 0;
  if (::hivex_value_type(hive_of(app), handle(valueh), &type, &length) != 0)
    throw_hivex();
  return type;
}

std::string hivex_value_value(Appliance& app, int64_t valueh) {
  hive_type type = hive_t_REG_NONE;
  size_t length = 0;
  const Text bytes(::hivex_value_value(hive_of(app), handle(valueh), &type, &length));
  if (!bytes)
    throw_hivex();
  return {bytes.get(), length};
}

std::string hivex_value_string(Appliance& app, int64_t valueh) {
  return text_of(Text(::hivex_value_string(hive_of(app), handle(valueh))));
}

std::string hivex_value_utf8(Appliance& app, int64_t valueh) {
  return hivex_value_string(app, valueh);
}

void hivex_commit(Appliance& app, const std::optional<std::string>& filename) {
  hive_h* const hive = hive_of(app);
  if (!filename) {
    if (::hivex_commit(hive, nullptr, 0) != 0)
      throw_hivex();
    return;
  }
  if (!filename->starts_with('/'))
    throw Error(Errc::Usage, base::escape(*filename) + ": filename must be an absolute path",
                EINVAL);
  app.mounts.require_any();
  const base::UniqueFd file = open_in_guest(*filename, O_WRONLY | O_CREAT | O_TRUNC, kNewFileMode);
  if (::hivex_commit(hive, path_of(file).c_str(), 0) != 0)
    throw_guest_errno(*filename);
}

int64_t hivex_node_add_child(Appliance& app, int64_t parent, const std::string& name) {
  const hive_node_h child = ::hivex_node_add_child(hive_of(app), handle(parent), name.c_str());
  if (child == 0)
    throw_hivex();
  return static_cast<int64_t>(child);
}

void hivex_node_delete_child(Appliance& app, int64_t nodeh) {
  if (::hivex_node_delete_child(hive_of(app), handle(nodeh)) != 0)
    throw_hivex();
}

void hivex_node_set_value(
    Appliance& app, int64_t nodeh, const std::string& key, int64_t t, std::string_view val) {
  std::string name = key, bytes(val);
  const hive_set_value value = {.key = name.data(),
                                .t = static_cast<hive_type>(t),
                                .len = bytes.size(),
                                .value = bytes.data()};
  if (::hivex_node_set_value(hive_of(app), handle(nodeh), &value, 0) != 0)
    throw_hivex();
}

}  // namespace glovebox::guestd
