# flags: warnings, the instruction-set baseline, and what each DDB_BUILD means. Carried by the interface target ddb_flags.

set(DDB_BUILD release CACHE STRING "release, asan, tsan, clang-tsa or fuzz; set by the presets")
set_property(CACHE DDB_BUILD PROPERTY STRINGS release asan tsan clang-tsa fuzz)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
# Every flag is chosen below; CMake's own per-configuration defaults would repeat or contradict them.
set(CMAKE_CXX_FLAGS_RELEASE "")
set(CMAKE_CXX_FLAGS_DEBUG "")

find_program(DDB_CCACHE ccache)
if(DDB_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DDB_CCACHE})
endif()

find_package(Threads REQUIRED)

add_library(ddb_flags INTERFACE)
target_link_libraries(ddb_flags INTERFACE Threads::Threads)
target_compile_options(ddb_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  # __FILE__ without the folder the build happened in.
  -fmacro-prefix-map=${PROJECT_BINARY_DIR}/inc/=
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(ddb_flags INTERFACE -Wno-restrict)  # false alarms of gcc 12 in std::string concatenation (GCC bug 105651)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  # x86-64-v2. Faster kernels are dispatched at run time.
  target_compile_options(ddb_flags INTERFACE -msse4.2 -mpopcnt)
endif()

if(DDB_BUILD STREQUAL "release")
  target_compile_options(ddb_flags INTERFACE -O3 -g1)
  target_compile_definitions(ddb_flags INTERFACE NDEBUG)
elseif(DDB_BUILD STREQUAL "asan")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_compile_options(ddb_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer ${sanitize})
  target_link_options(ddb_flags INTERFACE ${sanitize})
elseif(DDB_BUILD STREQUAL "tsan")
  # -Wno-tsan: gcc warns that TSan does not model atomic_thread_fence.
  target_compile_options(ddb_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer -fsanitize=thread -Wno-tsan)
  target_link_options(ddb_flags INTERFACE -fsanitize=thread)
elseif(DDB_BUILD STREQUAL "clang-tsa")
  target_compile_options(ddb_flags INTERFACE -O0 -Wthread-safety -Wthread-safety-beta)
elseif(DDB_BUILD STREQUAL "fuzz")
  target_compile_options(ddb_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address)
  target_link_options(ddb_flags INTERFACE -fsanitize=address)
else()
  message(FATAL_ERROR "DDB_BUILD is '${DDB_BUILD}': use one of the presets (cmake --list-presets)")
endif()

if(DDB_BUILD MATCHES "^(asan|tsan)$" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc's own manual: with sanitizers this warning has false positives.
  target_compile_options(ddb_flags INTERFACE -Wno-maybe-uninitialized)
endif()
