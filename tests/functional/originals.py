# SPDX-License-Identifier: GPL-2.0-or-later
"""Which differences between our answers and the recorded ones of the original tools do not count. All of them are
here, and docs/decisions.md explains those that users can see.

A recording stays true while the fixture holds the same packages (`demo.packages`). After a point release of Debian
(`drifted`) versions, sizes and descriptions are no longer compared, names still are."""
import re
import xml.etree.ElementTree as ElementTree


def xml_lines(text, drifted):
    """The XML document as lines `path: text`, one per element and attribute, in the document's order."""
    lines = []

    def walk(element, path):
        here = path + "/" + element.tag
        if element.tag == "application":
            join_version(element)
        if element.tag == "type":
            element.attrib.pop("version", None)  # of XFS; later releases than the recorded one say it
        if drifted and re.search(r"(product_name|minor_version|application/(?!name))", here):
            return
        lines.append("%s %s: %s" % (here, sorted(element.items()), (element.text or "").strip()))
        for child in element:
            walk(child, here)

    walk(ElementTree.fromstring(text), "")
    return lines


def join_version(application):
    """Version and release as one text: the original splits Debian's at the first dash, we at the last, as Debian does."""
    release = application.find("release")
    if release is not None:
        application.find("version").text += "-" + release.text
        application.remove(release)


# `-lR` with all columns, text or CSV: which columns depend on when and where a fixture was made.
# type mode size uid gid atime mtime ctime device inode links rdev blocks [checksum] path
VOLATILE_COLUMNS = {5: "ATIME", 7: "CTIME", 8: "DEVICE", 9: "INODE"}


def listing_lines(text, command, drifted):
    if drifted and "demo.qcow2" in command:
        return [line.split(",")[-1].split(" ")[-1] for line in text.splitlines()]
    if "--extra-stats" not in command:
        return text.splitlines()
    separator = "," if "--csv" in command else None
    lines = []
    for line in text.splitlines():
        columns = line.split(separator)
        shift = 0 if "--uids" in command else -2
        for index, name in VOLATILE_COLUMNS.items():
            columns[index + shift] = name
        lines.append(" ".join(columns))
    return lines


def stdout_lines(name, command, text, drifted):
    """What of stdout counts, as lines to compare."""
    if name.startswith("version-"):
        return [re.sub(r"\d+\.\d+\.\d+\S*", "VERSION", text)]
    if command[0] == "virt-inspector" and text.startswith("<?xml"):
        return xml_lines(text, drifted)
    if command[0] == "virt-ls" and not name.startswith(("options-", "help-")):
        return listing_lines(text, command, drifted)
    return text.splitlines()


def long_options(text):
    return set(re.findall(r"--[a-z][a-z-]*", text)) - {"--options"}  # "[--options]"


def missing(name, original, ours):
    """For texts that may say more than the original's: what the original says and ours does not."""
    if name.startswith("options-"):
        return sorted(set(original.split()) - set(ours.split()))
    return sorted(long_options(original) - long_options(ours))
