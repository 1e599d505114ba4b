// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/process/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"

namespace glovebox::guestd {

const std::string& name_of(const Program& program) {
  return program.about.empty() ? program.argv.words().front() : program.about;
}

ProgramResult try_program(const Program& program) {
  base::RunResult ran = base::run({.argv = program.argv,
                                   .stdin_text = program.stdin_text,
                                   .extra_environment = program.environment,
                                   .timeout = program.timeout});
  if (!WIFEXITED(ran.exit.status))
    throw Error(Errc::Failed, base::cat(program.argv.words().front(), " ", ran.exit.text()));
  ProgramResult result = {.exit_code = WEXITSTATUS(ran.exit.status),
                          .printed = std::move(ran.stdout_text),
                          .complaint = base::escape_text(base::trim(ran.stderr_text))};
  if (program.complains_on_stdout)
    result.complaint = base::escape_text(base::trim(result.printed + ran.stderr_text));
  return result;
}

void throw_complaint(const Program& program, const ProgramResult& result) {
  throw Error(Errc::Failed, base::cat(name_of(program), ": ",
                                      result.complaint.empty()
                                          ? base::cat("exited with status ", result.exit_code)
                                          : result.complaint));
}

std::string run_program(const Program& program) {
  ProgramResult result = try_program(program);
  if (result.exit_code != 0)
    throw_complaint(program, result);
  return std::move(result.printed);
}

bool has_program(const std::string& name) {
  for (const char* directory : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"})
    if (::access((directory + name).c_str(), X_OK) == 0)
      return true;
  return false;
}

const std::string& not_an_option(const std::string& name, const char* what) {
  if (name.starts_with('-'))
    throw Error(Errc::Usage, base::cat(what, " '", base::escape(name), "' begins with '-'"),
                EINVAL);
  return name;
}

}  // namespace glovebox::guestd
