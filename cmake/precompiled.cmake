# SPDX-License-Identifier: LGPL-2.1-or-later
# Precompiled headers: the standard library's, which nearly every file includes, and GoogleTest's for the unit tests. They
# take a third off the time of a build, and change nothing else: each file still includes what it uses, which the tsan
# preset proves by doing without.
#
# A compiler takes a precompiled header back only under the flags that it was made with, so there is one for each kind of
# target. Its owner holds no code.
set(gb_standard_headers
  <algorithm> <chrono> <cstdint> <cstdlib> <functional> <map> <memory> <optional> <ranges> <set> <span>
  <sstream> <string> <string_view> <utility> <vector>)

function(gb_precompiled_owner name flags)
  cmake_parse_arguments(ARG "PROGRAM" "" "HEADERS;USES" ${ARGN})
  if(ARG_PROGRAM)
    add_executable(${name} EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
  else()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
  endif()
  target_link_libraries(${name} PRIVATE ${flags} ${ARG_USES})
  target_precompile_headers(${name} PRIVATE ${gb_standard_headers} ${ARG_HEADERS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/cmake
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/cmake)
endfunction()

gb_precompiled_owner(gb_precompiled_host gb_host_flags)
gb_precompiled_owner(gb_precompiled_program gb_flags PROGRAM)
if(GLOVEBOX_SANITIZE OR GLOVEBOX_FUZZ)
  gb_precompiled_owner(gb_precompiled_appliance gb_flags)
else()
  add_library(gb_precompiled_appliance ALIAS gb_precompiled_host)  # the flags are the same
endif()

# gb_precompile(TARGET HOST|APPLIANCE|PROGRAM|TEST): HOST and APPLIANCE are libraries, PROGRAM is guestd, TEST a unit test.
function(gb_precompile target kind)
  string(TOLOWER ${kind} kind)
  if(kind STREQUAL "test" AND NOT TARGET gb_precompiled_test)
    gb_precompiled_owner(gb_precompiled_test gb_host_flags PROGRAM
      HEADERS <gmock/gmock.h> <gtest/gtest.h> USES GTest::gmock)
  endif()
  target_precompile_headers(${target} REUSE_FROM gb_precompiled_${kind})
  # g++ 12 warns of copies of string literals that never happen (GCC bug 105329). It is silent about what it inlined from a
  # system's header, but not if that was precompiled. The tsan preset keeps these warnings.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    target_compile_options(${target} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
  endif()
endfunction()
