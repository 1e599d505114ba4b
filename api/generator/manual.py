# SPDX-License-Identifier: GPL-2.0-or-later
"""The reference manual of the calls."""

from generator.cxx import parameters, return_cxx


def signature(api, call):
    """What a C++ caller writes; the handle's own calls have no generated type, so only their arguments are named."""
    if call.location == "handle":
        return f"{call.name}({', '.join(arg.name for arg in call.args)})"
    default = " = {}" if call.optional else ""
    return f"{return_cxx(api, call.returns)} {call.name}({', '.join(parameters(api, call, guest=False))}{default})"


def manual_entry(api, call):
    facts = [f"Since {call.since}."]
    if call.deprecated_by:
        facts.append("Deprecated." if call.deprecated_by == "nothing" else f"Deprecated: use `{call.deprecated_by}`.")
    if call.progress:
        facts.append("Sends progress events.")
    if call.cancellable:
        facts.append("Can be cancelled.")
    if call.test_errno:
        facts.append(f"The plainest failure is {call.test_errno}.")
    out = f"\n### {call.name}: {call.short}\n\n    {signature(api, call)}\n\n{call.long}\n"
    if call.optional:
        out += "\nOptional: " + ", ".join(f"`{arg.name}` ({arg.type})" for arg in call.optional) + ".\n"
    return out + "\n" + " ".join(facts) + "\n"


def calls_md(api):
    out = "# Calls\n\nMade by api/generate.py from api/*.toml. Internal calls are left out.\n"
    for family, title in api.families:
        calls = [call for call in api.calls if call.family == family and call.visibility == "public"]
        if calls:
            out += f"\n## {title}\n" + "".join(manual_entry(api, call) for call in calls)
    out += "\n## Structs\n"
    for struct in api.structs:
        if not struct.internal:
            fields = ", ".join(f"{field.name} ({field.type})" for field in struct.fields)
            out += f"\n### {struct.cxx}\n\n{struct.doc}\n\nFields: {fields}.\n"
    return out
