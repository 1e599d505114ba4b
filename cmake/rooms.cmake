# SPDX-License-Identifier: LGPL-2.1-or-later
# What a source may include: its own room and those that the table of docs/overview.md lets this one use. Each room has a
# directory of links to just that (rooms.py), which is the include path of its sources. Tests may include everything.
set(gb_room_trees ${CMAKE_BINARY_DIR}/include)
execute_process(
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/cmake/rooms.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${gb_room_trees}
  OUTPUT_VARIABLE gb_rooms COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^[^\n]*\n" "" gb_rooms_with_rooms "${gb_rooms}")
string(REGEX REPLACE "\n.*" "" gb_rooms "${gb_rooms}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS docs/overview.md cmake/rooms.py ${gb_rooms_with_rooms})

# Everything, after what a test names itself.
add_library(gb_all_rooms INTERFACE)
target_include_directories(gb_all_rooms INTERFACE
  ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/libcore ${CMAKE_SOURCE_DIR}/libcore/include ${CMAKE_BINARY_DIR}/api)

# gb_room_of(PATH RESULT): the room of a source; empty if it is in none. What api/generate.py writes belongs to the room of
# the directory's name.
function(gb_room_of path result)
  cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE room)
  cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_BINARY_DIR}/api OUTPUT_VARIABLE generated)
  if(generated MATCHES "^guestd/")
    set(room daemon/calls/generated)
  elseif(NOT generated MATCHES "^\\.\\.")
    set(room libcore/${generated})
  endif()
  while(room AND NOT room IN_LIST gb_rooms)
    cmake_path(GET room PARENT_PATH room)
  endwhile()
  set(${result} "${room}" PARENT_SCOPE)
endfunction()

# gb_limit_includes(DIRECTORY): gives the sources of every target there and below their include paths. Called when all
# targets are known.
function(gb_limit_includes directory)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  string(FIND "${directory}/" "${CMAKE_SOURCE_DIR}/tests/" is_test)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    get_target_property(sources ${target} SOURCES)
    if(type MATCHES "INTERFACE|UTILITY")
      continue()
    elseif(is_test EQUAL 0)
      target_link_libraries(${target} PRIVATE gb_all_rooms)
      continue()
    endif()
    foreach(source ${sources})
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${directory} OUTPUT_VARIABLE path)
      gb_room_of(${path} room)
      if(room)
        set_property(SOURCE ${path} TARGET_DIRECTORY ${target} PROPERTY INCLUDE_DIRECTORIES
          ${gb_room_trees}/${room}/source ${gb_room_trees}/${room}/generated)
      endif()
    endforeach()
  endforeach()
  get_property(below DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
  foreach(subdirectory ${below})
    gb_limit_includes(${subdirectory})
  endforeach()
endfunction()
