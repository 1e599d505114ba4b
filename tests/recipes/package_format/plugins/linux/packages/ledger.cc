// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugins/linux/packages/ledger.h"

#include "base/cat.h"
#include "inspect/parsers/packages/ledger.h"
#include "plugins/common/guest_files.h"

namespace glovebox::inspect::linux_plugin {
namespace {

using base::cat;

constexpr const char* kInstalled = "/var/lib/ledger/installed";

void report_damage(kit::Guest& guest, const Ledger& ledger) {
  if (ledger.truncated)
    guest.problem(kInstalled,
                  cat("more than ", kMaxLedgerPackages, " packages; the rest is left out"));
  if (ledger.bad_lines != 0)
    guest.problem(kInstalled, cat("damaged from line ", ledger.first_bad_line, " on (",
                                  ledger.bad_lines, " lines make no sense)"));
}

}  // namespace

void add_ledger_applications(kit::Guest& guest) {
  const auto text = read_or_report(guest, kInstalled, kMaxLedgerBytes);
  const Ledger ledger = parse_ledger(text.value_or(""));
  report_damage(guest, ledger);
  for (const LedgerPackage& package : ledger.packages)
    guest.add({.name = package.name, .version = package.version, .arch = package.arch});
  // A guest with packages has one at least: a file without any is no database.
  if (ledger.packages.empty())
    guest.problem(kInstalled, "no readable package database: the applications are not known");
  else
    guest.applications_done();
}

}  // namespace glovebox::inspect::linux_plugin
