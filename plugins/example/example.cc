// SPDX-License-Identifier: GPL-2.0-or-later
//
// example.so: the smallest plugin that does the whole job. It knows one invented system,
// "ExampleOS", by its release file. docs/plugins.md walks through it.
#include <glovebox/inspect/kit.h>

#include <sstream>
#include <string>

namespace {

namespace kit = glovebox::inspect::kit;

constexpr const char* kRelease = "/etc/example-release";  // "ExampleOS 3.1"
constexpr const char* kMounts = "/etc/example-mounts";    // "SPEC MOUNTPOINT" lines
constexpr const char* kPackages = "/var/packages";        // a file per package: its version
constexpr size_t kMaxFileBytes = 64 << 10;
constexpr size_t kMaxPackages = 10000;

// Is it ours? Then say so, and hand over the mount table as it is written.
void detect(kit::Guest& guest) {
  if (!guest.is_file(kRelease))
    return;
  guest.claim(kit::Role::Root, 90);
  guest.set("name", "example");
  std::istringstream lines(guest.try_read(kMounts, kMaxFileBytes).value_or(""));
  for (std::string spec, mountpoint; lines >> spec >> mountpoint;)
    guest.add_mount(spec, mountpoint);
}

void set_version(kit::Guest& guest, const std::string& release) {
  guest.set("product_name", release.substr(0, release.find('\n')));
  std::istringstream words(release);
  std::string name;
  int major = 0, minor = 0;
  char dot = 0;
  if (words >> name >> major >> dot >> minor && dot == '.') {
    guest.set_number("major_version", major);
    guest.set_number("minor_version", minor);
  }
}

// A package that cannot be read is a problem of that package, and the list goes on.
void add_applications(kit::Guest& guest) {
  const auto names = guest.try_list(kPackages);
  if (!names)
    throw kit::Error(kPackages, "there is no package database");
  size_t count = 0;
  for (const std::string& name : *names) {
    if (++count > kMaxPackages)
      throw kit::Error(kPackages, "too many packages");
    const std::string path = std::string(kPackages) + "/" + name;
    try {
      std::istringstream words(guest.try_read(path, kMaxFileBytes).value_or(""));
      std::string version;
      words >> version;
      guest.add({.name = name, .version = version});
    } catch (const kit::Error& e) {
      guest.problem(e.path(), e.what());
    }
  }
  guest.applications_done();
}

// The whole system, with its other volumes in place.
void describe(kit::Guest& guest) {
  guest.set("distro", "exampleos");
  set_version(guest, guest.try_read(kRelease, kMaxFileBytes).value_or(""));
  if (guest.wants_applications())
    add_applications(guest);
}

constexpr const char* kPaths[] = {"/etc", "/var/packages", nullptr};
constexpr glovebox_inspect_descriptor kPlugin =
    kit::plugin<detect, describe>("example", "ExampleOS, an invented system", kPaths);

}  // namespace

const glovebox_inspect_descriptor* glovebox_inspect_plugin() {
  return &kPlugin;
}
