// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/virt-appliance/build.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/cat.h"
#include "base/child.h"
#include "base/deadline.h"
#include "base/error.h"
#include "glovebox/admin.h"
#include "tools/common/guest/guest.h"
#include "tools/common/output/human_size.h"

namespace glovebox::tools {
namespace {

using base::cat;
namespace fs = std::filesystem;

constexpr std::chrono::minutes kBuildTime{60};

// The directory that holds bin/, libexec/ and share/: the build tree, or where Glovebox was
// installed.
fs::path prefix() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path();
}

fs::path existing(const fs::path& beside, const fs::path& installed) {
  if (fs::exists(prefix() / beside))
    return prefix() / beside;
  if (fs::exists(installed))
    return installed;
  throw Error(Errc::NotFound, cat((prefix() / beside).string(), " and ", installed.string(),
                                  " do not exist: Glovebox is not completely installed"));
}

std::string output_directory(const BuildOptions& options, Whose whose) {
  if (!options.output.empty())
    return fs::absolute(options.output).lexically_normal();
  return whose == Whose::System ? fs::path(kSystemCachedir) / "appliance"
                                : prefix() / "share/glovebox";
}

// Building takes a minute; whether its result can be written is known before.
void require_writable(const std::string& output) {
  fs::path there = output;
  while (!fs::exists(there) && there.has_relative_path()) there = there.parent_path();
  if (access(there.c_str(), W_OK | X_OK) != 0)
    throw Error(Errc::System,
                cat(output, ": ", base::errno_text(errno),
                    "; run this as root, or give --output=DIRECTORY and set LIBGUESTFS_PATH to "
                    "that directory for the programs that use it"),
                errno);
}

std::vector<std::string> build_command(const std::string& output) {
  const fs::path helpers = "libexec/glovebox";
  const fs::path installed = GLOVEBOX_LIBEXECDIR "/glovebox";
  const fs::path plugins = existing("lib/glovebox/plugins", GLOVEBOX_LIBDIR "/glovebox/plugins");
  return {existing(helpers / "build-appliance", installed / "build-appliance"),
          "--output",
          output,
          "--guestd",
          existing(helpers / "guestd", installed / "guestd"),
          "--init",
          existing(helpers / "glovebox-init", installed / "glovebox-init"),
          "--plugins",
          plugins,
          "--version",
          GLOVEBOX_VERSION};
}

// Runs it with our stderr, and for as long as we are not told to stop.
void run_build(const std::vector<std::string>& command) {
  const CatchSignals stop;
  base::SpawnOptions spawn;
  spawn.argv = command;
  base::Child child = base::Child::spawn(spawn);
  const base::Deadline deadline = base::Deadline::after(kBuildTime);
  for (;;) {
    const auto exit =
        child.wait(deadline.min(base::Deadline::after(std::chrono::milliseconds(100))));
    throw_if_signalled();
    if (exit && exit->ok())
      return;
    if (exit)
      throw Error(Errc::Failed,
                  cat("building the appliance failed: ", command[0], " ", exit->text()));
    if (deadline.passed())
      throw Error(Errc::Timeout,
                  cat(command[0], ": not finished after ", kBuildTime.count(), " minutes"));
  }
}

void make_template_from(const std::string& directory,
                        const GuestOptions& guest,
                        Whose whose,
                        Output& out) {
  // The library finds an appliance by this variable; ours is the one just built.
  setenv("LIBGUESTFS_PATH", directory.c_str(), 1);
  Settings settings = Handle().settings();
  apply_settings(guest, "virt-appliance", settings);
  if (whose == Whose::System)
    settings.cachedir = kSystemCachedir;
  const TemplateInfo made = make_template(settings);
  out.append(cat("template ", made.path, " (", human_size(made.bytes), ")\n"));
}

}  // namespace

int build_appliance(const BuildOptions& options,
                    const GuestOptions& guest,
                    Whose whose,
                    Output& out,
                    Messages& messages) {
  const std::string output = output_directory(options, whose);
  require_writable(output);
  messages.note(cat("building the appliance in ", output));
  umask(022);  // nothing in it is private, and the users that it is for have to reach it
  run_build(build_command(output));
  out.append(cat("appliance ", output, "\n"));
  out.commit();
  if (options.make_template)
    make_template_from(output, guest, whose, out);
  out.commit();
  return EXIT_SUCCESS;
}

}  // namespace glovebox::tools
