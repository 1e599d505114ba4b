# SPDX-License-Identifier: LGPL-2.1-or-later
# The few helpers that every directory's CMakeLists.txt uses.

# Flags that every target of ours gets: warnings are errors, symbols are hidden, hardening on.
add_library(gb_flags INTERFACE)
target_compile_options(gb_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Werror -fvisibility=hidden -fstack-protector-strong
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Woverloaded-virtual;-fvisibility-inlines-hidden>)
target_compile_definitions(gb_flags INTERFACE
  _FILE_OFFSET_BITS=64 $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)

# Sanitizers go to what runs on the host; guestd and its plugins run inside the appliance, without their runtime.
add_library(gb_host_flags INTERFACE)
target_link_libraries(gb_host_flags INTERFACE gb_flags)
if(GLOVEBOX_SANITIZE)
  target_compile_options(gb_host_flags INTERFACE
    -fsanitize=${GLOVEBOX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gb_host_flags INTERFACE -fsanitize=${GLOVEBOX_SANITIZE})
endif()
if(GLOVEBOX_FUZZ)
  target_compile_options(gb_host_flags INTERFACE
    -fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(gb_host_flags INTERFACE -fprofile-instr-generate)
endif()

# gb_component(NAME SOURCES ... [USES ...]): one static library per directory, twice where the appliance needs it:
# NAME for the host (sanitized in the dev preset), and, with APPLIANCE, NAME_appliance for guestd and plugins.
function(gb_component name)
  cmake_parse_arguments(ARG "APPLIANCE" "" "SOURCES;USES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC gb_host_flags ${ARG_USES})
  gb_precompile(${name} HOST)
  if(ARG_APPLIANCE)
    add_library(${name}_appliance STATIC ${ARG_SOURCES})
    target_link_libraries(${name}_appliance PUBLIC gb_flags)
    gb_precompile(${name}_appliance APPLIANCE)
    foreach(used ${ARG_USES})
      if(TARGET ${used}_appliance)
        target_link_libraries(${name}_appliance PUBLIC ${used}_appliance)
      else()
        target_link_libraries(${name}_appliance PUBLIC ${used})
      endif()
    endforeach()
  endif()
endfunction()

# The tree whose files the two functions below name; a trial in tests/recipes has one of its own.
set(gb_top ${CMAKE_SOURCE_DIR})

# gb_unit_test(NAME [TESTS ROOM/NAME...] [SOURCES FILE...] USES ...): a GoogleTest program, run as one ctest test labelled
# `unit`. TESTS are tests/unit/ROOM/NAME_test.cc.
function(gb_unit_test name)
  cmake_parse_arguments(ARG "" "" "TESTS;SOURCES;USES" ${ARGN})
  if(GLOVEBOX_FUZZ)
    return()
  endif()
  list(TRANSFORM ARG_TESTS REPLACE "(.+)" "${gb_top}/tests/unit/\\1_test.cc")
  add_executable(${name} ${ARG_TESTS} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE gb_host_flags ${ARG_USES} GTest::gtest_main GTest::gmock)
  target_compile_definitions(${name} PRIVATE GLOVEBOX_SHARED_DIR="${GLOVEBOX_SHARED_DIR}"
    GLOVEBOX_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GLOVEBOX_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gb_precompile(${name} TEST)
  add_test(NAME unit.${name} COMMAND ${name})
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 120 SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]"
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan-suppressions")
endfunction()

# gb_fuzzer(ROOM/NAME USES ... [COVERS FILE...]): tests/fuzz/ROOM/fuzz_NAME.cc, a harness with LLVMFuzzerTestOneInput, and its
# seeds, the files of tests/fuzz/ROOM/seeds/NAME. In the fuzz preset it is a libFuzzer program `build-fuzz/fuzz/fuzz_NAME`; in
# every other preset the same harness replays each seed as a test. It is there for the parser that it is named after,
# ROOM/NAME.cc (below libcore/ or not), where there is one, and for COVERS: scripts/fuzz prints their line coverage (without any: of
# everything linked in).
function(gb_fuzzer parser)
  cmake_parse_arguments(ARG "" "" "USES;COVERS" ${ARGN})
  cmake_path(GET parser PARENT_PATH room)
  cmake_path(GET parser FILENAME name)
  set(seeds ${gb_top}/tests/fuzz/${room}/seeds/${name})
  set(name fuzz_${name})
  add_executable(${name} ${gb_top}/tests/fuzz/${room}/${name}.cc)
  target_link_libraries(${name} PRIVATE gb_host_flags ${ARG_USES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(GLOVEBOX_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    foreach(file libcore/${parser}.cc ${parser}.cc)
      if(EXISTS ${gb_top}/${file})
        list(PREPEND ARG_COVERS ${file})
      endif()
    endforeach()
    list(TRANSFORM ARG_COVERS PREPEND ${gb_top}/)
    list(JOIN ARG_COVERS " " covers)
    file(WRITE ${CMAKE_BINARY_DIR}/fuzz/${name}.fuzzer "${seeds}\n${covers}\n")
    if(NOT TARGET fuzzers)
      add_custom_target(fuzzers)
    endif()
    add_dependencies(fuzzers ${name})
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cc)
    add_test(NAME fuzz-seeds.${name} COMMAND ${name} ${seeds})
    set_tests_properties(fuzz-seeds.${name} PROPERTIES LABELS "unit;fuzz-seeds" TIMEOUT 120)
  endif()
endfunction()
