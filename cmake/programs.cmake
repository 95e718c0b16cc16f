# programs: every test, benchmark, fuzzer and tool, found by folder. Nobody edits a list; a missing folder is skipped.

set(storage ${DDB_STORAGE_LAYERS})
set(tests_dir ${PROJECT_SOURCE_DIR}/tests)

if(DDB_BUILD STREQUAL "fuzz")
  # tests/fuzz/*_fuzz.cpp: one libFuzzer program per file, over the storage layers, encodings of values, trees, catalog records and SQL.
  file(GLOB sources CONFIGURE_DEPENDS ${tests_dir}/fuzz/*_fuzz.cpp)
  foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WE)
    ddb_executable(${stem} SOURCES ${source} LAYERS ${storage} record btree catalog sql expr INCLUDES ${tests_dir})
    target_link_options(${stem} PRIVATE -fsanitize=fuzzer)
  endforeach()
  return()
endif()

if(DDB_BUILD STREQUAL "clang-tsa")
  # The libraries are not built here: the target reads their commands and checks them with -fsyntax-only.
  add_custom_target(thread_safety
    COMMAND python3 ${PROJECT_SOURCE_DIR}/tools/check/syntax_only.py ${PROJECT_BINARY_DIR}/compile_commands.json
    USES_TERMINAL VERBATIM)
  return()
endif()

find_package(GTest REQUIRED)
enable_testing()

# What a part of ./dev test needs built: all_tests, unit_tests, sim_tests, stress_tests.
add_custom_target(all_tests)
add_custom_target(unit_tests)
add_custom_target(sim_tests)
add_custom_target(stress_tests)

# ddb_test(<target> LABEL l TIMEOUT seconds): one CTest entry per binary.
function(ddb_test target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "")
  add_test(NAME ${target} COMMAND ${target} WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(${target} PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
  add_dependencies(all_tests ${target})
  add_dependencies(${arg_LABEL}_tests ${target})
endfunction()

# tests/<layer>/**/*.cpp: test_<layer>, which may include what the layer may include.
foreach(layer IN LISTS DDB_LAYERS_PRESENT)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/${layer}/*.cpp)
  if(sources)
    # Tests above the storage core open databases: they may include all of it.
    set(test_layers ${DDB_MAY_USE_${layer}})
    if("txn" IN_LIST test_layers)
      list(APPEND test_layers ${storage} ${DDB_MAY_SEE_${layer}})
      list(REMOVE_DUPLICATES test_layers)
    endif()
    ddb_executable(test_${layer} SOURCES ${sources} LAYERS ${test_layers} INCLUDES ${tests_dir}
      LIBS GTest::gtest_main)
    ddb_layer_foreign_headers(foreign_headers ${layer})
    target_include_directories(test_${layer} SYSTEM PRIVATE ${foreign_headers})
    # Where the files lie that tests read: they run in the build folder.
    if(IS_DIRECTORY ${tests_dir}/${layer}/golden)
      target_compile_definitions(test_${layer} PRIVATE DDB_TESTS_DIR="${tests_dir}")
    endif()
    ddb_test(test_${layer} LABEL unit TIMEOUT 600)
  endif()
endforeach()

# tests/support/*.cpp: code shared by simulation, crash campaign and stress, over all storage layers.
file(GLOB_RECURSE support CONFIGURE_DEPENDS ${tests_dir}/support/*.cpp)

# tests/sim/**/*.cpp: test_sim, with the fault switches compiled in.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/sim/*.cpp)
if(sources)
  ddb_executable(test_sim SOURCES ${sources} ${support} LAYERS ${storage} SUFFIX _sim INCLUDES ${tests_dir}
    LIBS GTest::gtest_main)
  ddb_test(test_sim LABEL sim TIMEOUT 1800)
endif()

# tests/crash/**/*.cpp: the campaign program, with the fault switches compiled in.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/crash/*.cpp)
if(sources)
  ddb_executable(ddb_crash SOURCES ${sources} ${support} LAYERS ${storage} SUFFIX _sim INCLUDES ${tests_dir})
endif()

# tests/faults/*.cpp: test_faults, the campaigns over tables and catalogs with the fault switches compiled in. They need every layer once
# more: in release builds only.
file(GLOB sources CONFIGURE_DEPENDS ${tests_dir}/faults/*.cpp)
if(sources AND DDB_BUILD STREQUAL "release")
  ddb_executable(test_faults
    SOURCES ${sources} ${tests_dir}/access/access_model.cpp ${tests_dir}/access/access_world.cpp
            ${tests_dir}/access/schema_trace.cpp
    LAYERS ${storage} record spill btree catalog access SUFFIX _sim INCLUDES ${tests_dir} LIBS GTest::gtest_main)
  ddb_test(test_faults LABEL unit TIMEOUT 600)
endif()

# tests/stress/**/*.cpp: test_stress, real threads over the ordinary libraries.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/stress/*.cpp)
if(sources)
  ddb_executable(test_stress SOURCES ${sources} ${support} LAYERS ${storage} INCLUDES ${tests_dir}
    LIBS GTest::gtest_main)
  ddb_test(test_stress LABEL stress TIMEOUT 1200)
  set_tests_properties(test_stress PROPERTIES RUN_SERIAL ON)
endif()

# tests/kill/**/*.cpp: ddb_kill, the program that tests/kill/kill_test.sh kills.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/kill/*.cpp)
if(sources)
  ddb_executable(ddb_kill SOURCES ${sources} LAYERS ${storage} INCLUDES ${tests_dir})
endif()

# benchmarks/micro/*.cpp and benchmarks/floor/*.cpp: one program per file; a floor uses no engine code at all.
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/benchmarks/micro/*.cpp)
foreach(source IN LISTS sources)
  get_filename_component(stem ${source} NAME_WE)
  ddb_executable(micro_${stem} SOURCES ${source} LAYERS ${storage} record btree spill catalog sql expr INCLUDES ${PROJECT_SOURCE_DIR}/benchmarks)
endforeach()
file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/benchmarks/floor/*.cpp)
foreach(source IN LISTS sources)
  get_filename_component(stem ${source} NAME_WE)
  ddb_executable(floor_${stem} SOURCES ${source} INCLUDES ${PROJECT_SOURCE_DIR}/benchmarks)
endforeach()

# tools/demo/**/*.cpp: ddb_demo.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/demo/*.cpp)
if(sources)
  ddb_executable(ddb_demo SOURCES ${sources} LAYERS ${storage})
endif()

if(DDB_BUILD STREQUAL "release")
  # Tests of the build and of the checks; their result does not depend on the preset.
  if(EXISTS ${tests_dir}/build/layer_violation_test.py)
    add_test(NAME build_layer_violation COMMAND python3 ${tests_dir}/build/layer_violation_test.py)
    set_tests_properties(build_layer_violation PROPERTIES LABELS build TIMEOUT 120)
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/tools/sql/node_fields.py AND TARGET ddb_sql)
    add_test(NAME build_node_fields COMMAND python3 ${PROJECT_SOURCE_DIR}/tools/sql/node_fields.py --check
      --headers ${DDB_HEADERS_DIR_sql}/nodes)
    set_tests_properties(build_node_fields PROPERTIES LABELS build TIMEOUT 120)
  endif()
  if(EXISTS ${tests_dir}/build/expr_generated_test.py)
    add_test(NAME build_expr_generated COMMAND python3 ${tests_dir}/build/expr_generated_test.py)
    set_tests_properties(build_expr_generated PROPERTIES LABELS build TIMEOUT 300 SKIP_RETURN_CODE 77)
  endif()
  if(EXISTS ${PROJECT_SOURCE_DIR}/tools/check/check_test.py)
    add_test(NAME check_check COMMAND python3 ${PROJECT_SOURCE_DIR}/tools/check/check_test.py)
    set_tests_properties(check_check PROPERTIES LABELS build TIMEOUT 120)
  endif()
endif()
