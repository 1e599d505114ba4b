// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/common/cli/program.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>

#include "base/cat.h"
#include "base/error.h"
#include "glovebox/error.h"
#include "tools/common/cli/parse.h"
#include "tools/common/cli/signals.h"
#include "tools/common/cli/usage_error.h"

namespace glovebox::tools {
namespace {

void tell(const Tool& tool, Messages& messages, const UsageError& e) {
  if (*e.what())
    messages.error(e.what());
  for (const std::string& line : e.advice()) messages.advice(line);
  if (e.then() == Then::TryHelp)
    messages.advice(base::cat("Try ‘", tool.name, " --help’ for more information."));
}

// Runs an action; EXIT_SUCCESS or what the action returned, EXIT_FAILURE (and a message) if it
// threw.
int guarded(const Tool& tool, Messages& messages, const std::function<int()>& action) {
  try {
    return action();
  } catch (const UsageError& e) {
    tell(tool, messages, e);
  } catch (const Error& e) {
    // Whoever sent the signal knows why the call was cancelled.
    if (e.code() != Errc::Cancelled || signal_received() == 0)
      messages.error(e.what());
  } catch (const std::bad_alloc&) {
    messages.error(base::cat("out of memory", base::limit_advice(ENOMEM)));
  } catch (const std::exception& e) {
    messages.error(base::cat("internal error: ", e.what()));
  }
  return EXIT_FAILURE;
}

// With half of it the launch of an appliance ends in SIGSEGV, without a word.
constexpr rlim_t kLeastStackBytes = 128 << 10;

void require_stack() {
  rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < kLeastStackBytes)
    throw Error(Errc::System,
                base::cat("a stack of ", limit.rlim_cur >> 10, " KiB is too small; allow ",
                          kLeastStackBytes >> 10, " KiB or more with 'ulimit -s'"));
}

int parse_and_run(const Tool& tool, int argc, char** argv, const Verb& verb, Output& out) {
  const Parsed parsed = parse(tool, {argv + (argc > 0 ? 1 : 0), argv + argc});
  if (!parsed.answer) {
    require_stack();
    return verb(parsed.operands, out);
  }
  out.append(*parsed.answer);
  out.commit();
  return EXIT_SUCCESS;
}

}  // namespace

int run_program(const Tool& tool, Messages& messages, int argc, char** argv, const Verb& verb) {
  prepare_process();
  Output out(STDOUT_FILENO);
  const int status =
      guarded(tool, messages, [&] { return parse_and_run(tool, argc, argv, verb, out); });
  const int finished = guarded(tool, messages, [&] {
    out.finish();
    return EXIT_SUCCESS;
  });
  if (signal_received() != 0)
    die_of(signal_received());
  return status != EXIT_SUCCESS ? status : finished;
}

}  // namespace glovebox::tools
