// SPDX-License-Identifier: LGPL-2.1-or-later
// What owns a precompiled header, see precompiled.cmake.
int main() {}
