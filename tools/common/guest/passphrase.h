// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reading a passphrase from a person. A signal that CatchSignals notes ends the waiting
// (Cancelled), and the terminal is as it was. So it is while the process is stopped (Ctrl-Z), and
// the question is asked again when it goes on. Blocks without limit: people think.
#pragma once

#include <optional>
#include <string>

namespace glovebox::tools {

enum class Echo { No, Yes };

// Writes the prompt to the terminal of this process (/dev/tty) and reads a line there, without its
// newline. Absent if the process has no terminal, or the terminal ends.
std::optional<std::string> ask_on_terminal(const std::string& prompt, Echo echo);

// The next line, without its newline; no byte behind it is taken. Absent at the end of the file.
// Throws Error past 4096 bytes; `what` names the descriptor in errors.
std::optional<std::string> read_line(int fd, const std::string& what);

}  // namespace glovebox::tools
