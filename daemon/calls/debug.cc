// SPDX-License-Identifier: GPL-2.0-or-later
// Calls: looking into the appliance itself, outside the guest. Whoever calls owns the clone, so
// that nothing is refused here: it is for finding out what is wrong with it.
#include "guestd/functions/debug.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cat.h"
#include "base/error.h"
#include "base/files.h"
#include "daemon/appliance.h"
#include "daemon/calls/common.h"
#include "daemon/formats/refuse.h"
#include "daemon/formats/text_dump.h"
#include "daemon/process/pipeline.h"
#include "daemon/process/program.h"
#include "daemon/rpc/streams.h"

namespace glovebox::guestd {
namespace {

using Words = std::vector<std::string>;

// A question, and the program that answers it; the caller's words follow its own.
struct Question {
  std::string_view name;
  const char* help;
  Words argv;
};

const std::vector<Question>& questions() {
  static const std::vector<Question> all = {
      {"sh", "a command line for the shell", {"sh", "-c", "eval \"$*\"", "sh"}},
      {"ls", "files", {"ls", "-a"}},
      {"ll", "files and all about them", {"ls", "-la"}},
      {"env", "environment of the daemon's programs", {"env"}},
      {"fds", "what the daemon has open", {"ls", "-l", base::cat("/proc/", ::getpid(), "/fd")}},
      {"mounts", "everything that is mounted", {"cat", "/proc/mounts"}},
  };
  return all;
}

std::string help() {
  std::string text = "debug help: this list\n";
  for (const Question& question : questions())
    text += base::cat("debug ", question.name, ": ", question.help, "\n");
  return text;
}

}  // namespace

std::string debug(Appliance&,
                  const std::string& subcmd,
                  const std::vector<std::string>& extraargs) {
  if (subcmd == "help")
    return help();
  for (const Question& question : questions()) {
    if (question.name != subcmd)
      continue;
    std::string answer = run_pipeline({{.argv = Arguments(question.argv).add_all(extraargs)}},
                                      base::UniqueFd(), kMaxTextBytes);
    if (answer.ends_with('\n'))
      answer.pop_back();
    return answer;
  }
  refuse(base::cat("unknown command '", base::escape(subcmd), "': try 'debug help'"));
}

void debug_upload(Appliance&, FileInStream& filename, const std::string& tmpname, int32_t mode) {
  if (mode < 0 || mode > 07777)
    refuse("the mode is not one of permissions");
  base::UniqueFd file =
      base::open_file(tmpname, O_WRONLY | O_CREAT | O_TRUNC, static_cast<unsigned>(mode));
  for (std::string_view piece = filename.next(); !piece.empty(); piece = filename.next())
    base::write_all(file.get(), piece, base::escape(tmpname));
  if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0)
    base::throw_errno(base::escape(tmpname));
}

}  // namespace glovebox::guestd
