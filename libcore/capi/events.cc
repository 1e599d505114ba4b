// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Events: the C++ handle has one callback, here, which tells those that the program set. Messages
// that nobody takes go to stderr, as they do with the field's library.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>

#include "base/cat.h"
#include "capi/convert.h"
#include "capi/handle.h"

namespace glovebox::capi {
namespace {

using base::cat;

// True if somebody took it.
bool tell(guestfs_h* g, uint64_t event, const std::string& text, std::vector<uint64_t> numbers) {
  const std::vector<EventHandler> handlers = g->events;  // a callback may change them
  bool taken = false;
  for (size_t i = 0; i < handlers.size(); ++i) {
    if (!(handlers[i].bitmask & event))
      continue;
    taken = true;
    handlers[i].callback(g, handlers[i].opaque, event, static_cast<int>(i), 0, text.c_str(),
                         text.size(), numbers.empty() ? nullptr : numbers.data(), numbers.size());
  }
  return taken;
}

// The program's terminal is no place for a guest's control characters, and a name of the guest's
// cannot begin a line of its own. The appliance's own words have several lines.
std::string printable(std::string_view text, bool of_lines) {
  static constexpr std::string_view kNamed("\0\a\b\f\n\r\t\v", 8);
  static constexpr std::string_view kNames = "0abfnrtv";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char hex[8];
    if ((byte >= ' ' && byte <= '~') || (of_lines && c == '\n'))
      shown += c;
    else if (const size_t known = kNamed.find(c); known != std::string_view::npos)
      (shown += '\\') += kNames[known];
    else
      shown.append(hex, static_cast<size_t>(std::snprintf(hex, sizeof(hex), "\\x%02x", byte)));
  }
  return shown;
}

void print_message(guestfs_h* g, const Event& event) {
  const char* kind = event.kind == EventKind::Trace     ? "trace: "
                     : event.kind == EventKind::Warning ? "warning: "
                                                        : "";
  std::string identifier = g->handle.settings().identifier;
  if (!identifier.empty())
    identifier += ": ";
  const bool own_words = event.kind == EventKind::Appliance;
  std::string_view text = event.text;
  if (text.ends_with('\n'))
    text.remove_suffix(1);
  const std::string line =
      cat(own_words ? "" : "libguestfs: ", kind, identifier, printable(text, own_words), "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool is_message(EventKind kind) {
  return kind == EventKind::Appliance || kind == EventKind::Library || kind == EventKind::Trace ||
         kind == EventKind::Warning;
}

}  // namespace

void emit(guestfs_h* g, const Event& event) {
  std::vector<uint64_t> numbers;
  if (event.kind == EventKind::SubprocessQuit && !g->launching)
    forget_drives(*g);
  if (event.kind == EventKind::Progress)
    numbers = {event.procedure, event.serial, event.position, event.total};
  if (!tell(g, static_cast<uint64_t>(event.kind), event.text, std::move(numbers)) &&
      is_message(event.kind))
    print_message(g, event);
}

void emit_enter(guestfs_h* g, const char* call) {
  if (!g->events.empty())
    tell(g, GUESTFS_EVENT_ENTER, call, {});
}

void emit_libvirt_auth(guestfs_h* g, const std::string& uri) {
  tell(g, GUESTFS_EVENT_LIBVIRT_AUTH, uri, {});
}

bool listens(const guestfs_h& g, uint64_t event) {
  return std::any_of(g.events.begin(), g.events.end(),
                     [&](const EventHandler& handler) { return (handler.bitmask & event) != 0; });
}

}  // namespace glovebox::capi

using namespace glovebox::capi;

int guestfs_set_event_callback(
    guestfs_h* g, guestfs_event_callback cb, uint64_t event_bitmask, int flags, void* opaque) {
  if (flags != 0) {
    set_error(g, "flags parameter should be passed as 0 to this function", 0);
    return -1;
  }
  const std::lock_guard lock(g->mutex);
  g->events.push_back({event_bitmask, cb, opaque});
  return static_cast<int>(g->events.size() - 1);
}

void guestfs_delete_event_callback(guestfs_h* g, int event_handle) {
  const std::lock_guard lock(g->mutex);
  if (event_handle >= 0 && static_cast<size_t>(event_handle) < g->events.size())
    g->events[static_cast<size_t>(event_handle)] = {};
}

char* guestfs_event_to_string(uint64_t event) {
  static constexpr struct {
    uint64_t bit;
    const char* name;
  } kNames[] = {
      {GUESTFS_EVENT_APPLIANCE, "appliance"}, {GUESTFS_EVENT_CLOSE, "close"},
      {GUESTFS_EVENT_ENTER, "enter"},         {GUESTFS_EVENT_LAUNCH_DONE, "launch_done"},
      {GUESTFS_EVENT_LIBRARY, "library"},     {GUESTFS_EVENT_LIBVIRT_AUTH, "libvirt_auth"},
      {GUESTFS_EVENT_PROGRESS, "progress"},   {GUESTFS_EVENT_SUBPROCESS_QUIT, "subprocess_quit"},
      {GUESTFS_EVENT_TRACE, "trace"},         {GUESTFS_EVENT_WARNING, "warning"},
  };
  try {
    std::string names;
    for (const auto& [bit, name] : kNames)
      if (event & bit)
        names += (names.empty() ? "" : ",") + std::string(name);
    return copy(names);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// --- The callbacks of old, each as a handler of its one event.

namespace {

void log_message(guestfs_h* g,
                 void* opaque,
                 uint64_t,
                 int,
                 int,
                 const char* text,
                 size_t size,
                 const uint64_t*,
                 size_t) {
  // The old interface gives the text away to be changed.
  std::string own(text, size);
  g->old_callbacks.log_message(g, opaque, own.data(), static_cast<int>(own.size()));
}
void subprocess_quit(
    guestfs_h* g, void* opaque, uint64_t, int, int, const char*, size_t, const uint64_t*, size_t) {
  g->old_callbacks.subprocess_quit(g, opaque);
}
void launch_done(
    guestfs_h* g, void* opaque, uint64_t, int, int, const char*, size_t, const uint64_t*, size_t) {
  g->old_callbacks.launch_done(g, opaque);
}
void close(
    guestfs_h* g, void* opaque, uint64_t, int, int, const char*, size_t, const uint64_t*, size_t) {
  g->old_callbacks.close(g, opaque);
}
void progress(guestfs_h* g,
              void* opaque,
              uint64_t,
              int,
              int,
              const char*,
              size_t,
              const uint64_t* numbers,
              size_t) {
  g->old_callbacks.progress(g, opaque, static_cast<int>(numbers[0]), static_cast<int>(numbers[1]),
                            numbers[2], numbers[3]);
}

// Puts the handler in the place of the one before; NULL only takes that one away.
template <typename Callback>
void replace(guestfs_h* g,
             uint64_t event,
             Callback& slot,
             Callback cb,
             void* opaque,
             guestfs_event_callback handler) {
  const auto before = g->old_callbacks.ids.find(event);
  if (before != g->old_callbacks.ids.end())
    guestfs_delete_event_callback(g, before->second);
  g->old_callbacks.ids.erase(event);
  slot = cb;
  if (cb)
    g->old_callbacks.ids[event] = guestfs_set_event_callback(g, handler, event, 0, opaque);
}

}  // namespace

void guestfs_set_log_message_callback(guestfs_h* g, guestfs_log_message_cb cb, void* opaque) {
  replace(g, GUESTFS_EVENT_APPLIANCE, g->old_callbacks.log_message, cb, opaque, log_message);
}
void guestfs_set_subprocess_quit_callback(guestfs_h* g,
                                          guestfs_subprocess_quit_cb cb,
                                          void* opaque) {
  replace(g, GUESTFS_EVENT_SUBPROCESS_QUIT, g->old_callbacks.subprocess_quit, cb, opaque,
          subprocess_quit);
}
void guestfs_set_launch_done_callback(guestfs_h* g, guestfs_launch_done_cb cb, void* opaque) {
  replace(g, GUESTFS_EVENT_LAUNCH_DONE, g->old_callbacks.launch_done, cb, opaque, launch_done);
}
void guestfs_set_close_callback(guestfs_h* g, guestfs_close_cb cb, void* opaque) {
  replace(g, GUESTFS_EVENT_CLOSE, g->old_callbacks.close, cb, opaque, close);
}
void guestfs_set_progress_callback(guestfs_h* g, guestfs_progress_cb cb, void* opaque) {
  replace(g, GUESTFS_EVENT_PROGRESS, g->old_callbacks.progress, cb, opaque, progress);
}
