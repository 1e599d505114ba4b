// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/process/tool.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/cat.h"
#include "base/child.h"
#include "base/error.h"

namespace glovebox::guestd {
ToolResult try_tool(const Tool& tool) {
  base::RunResult ran = base::run({.argv = tool.argv,
                                   .stdin_text = tool.stdin_text,
                                   .extra_environment = tool.environment,
                                   .timeout = tool.timeout});
  if (!WIFEXITED(ran.exit.status))
    throw Error(Errc::Remote, base::cat(tool.argv.front(), " ", ran.exit.text()));
  ToolResult result = {.exit_code = WEXITSTATUS(ran.exit.status),
                       .printed = std::move(ran.stdout_text),
                       .complaint = base::escape_text(base::trim(ran.stderr_text))};
  if (tool.complains_on_stdout)
    result.complaint = base::escape_text(base::trim(result.printed + ran.stderr_text));
  return result;
}

void throw_complaint(const Tool& tool, const ToolResult& result) {
  throw Error(Errc::Remote, base::cat(tool.about.empty() ? tool.argv.front() : tool.about, ": ",
                                      result.complaint.empty()
                                          ? base::cat("exited with status ", result.exit_code)
                                          : result.complaint));
}

std::string run_tool(const Tool& tool) {
  ToolResult result = try_tool(tool);
  if (result.exit_code != 0)
    throw_complaint(tool, result);
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
