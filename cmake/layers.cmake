# layers: one static library per layer, and a build that refuses an include the layer table does not allow.
#
# Code includes a header as "wal/log.h". For each layer, build/<preset>/inc/<layer>/ holds exactly one symlink named
# <layer> to src/<layer>, and a target gets only the include folders of the layers it may use. src/ itself is never an
# include folder, so a forbidden header is simply not found. Include folders are PRIVATE and therefore never transitive;
# linking is transitive, as it must be for static libraries.
#
# A layer above spills and trees may not use what their headers are made of, but its compiler must find it. Such a layer
# sees the include folders of all layers below, and check_includes.cmake, run by the build, refuses what the table does.

include(${CMAKE_CURRENT_LIST_DIR}/layer_table.cmake)

# Sets <out> to the include folders of the layers named, creating the symlinks.
function(ddb_layer_includes out)
  set(dirs)
  foreach(layer IN LISTS ARGN)
    if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/src/${layer})
      set(dir ${PROJECT_BINARY_DIR}/inc/${layer})
      file(MAKE_DIRECTORY ${dir})
      if(NOT IS_SYMLINK ${dir}/${layer})
        file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${layer} ${dir}/${layer} SYMBOLIC)
      endif()
      list(APPEND dirs ${dir})
    endif()
  endforeach()
  set(${out} ${dirs} PARENT_SCOPE)
endfunction()

# Sets <out> to those of the targets <prefix><layer><suffix> that exist.
function(ddb_layer_targets out suffix)
  set(targets)
  foreach(layer IN LISTS ARGN)
    if(TARGET ddb_${layer}${suffix})
      list(APPEND targets ddb_${layer}${suffix})
    endif()
  endforeach()
  set(${out} ${targets} PARENT_SCOPE)
endfunction()

# Sets <out> to the folder of the foreign headers that a layer includes, or to nothing.
function(ddb_layer_foreign_headers out layer)
  set(dir)
  if(DEFINED DDB_HEADERS_${layer} AND IS_DIRECTORY ${PROJECT_SOURCE_DIR}/src/${layer})
    list(GET DDB_HEADERS_${layer} 0 header)
    list(GET DDB_HEADERS_${layer} 1 place)
    find_path(DDB_HEADERS_DIR_${layer} ${header} PATHS ${place} NO_DEFAULT_PATH REQUIRED)
    set(dir ${DDB_HEADERS_DIR_${layer}})
  endif()
  set(${out} ${dir} PARENT_SCOPE)
endfunction()

# Sets <out> to the layers and all that they may use.
function(ddb_layers_below out)
  set(all ${ARGN})
  foreach(layer IN LISTS ARGN)
    list(APPEND all ${DDB_MAY_SEE_${layer}})
  endforeach()
  list(REMOVE_DUPLICATES all)
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# ddb_layer(<name> DEPS a b c): libraries ddb_<name> and ddb_<name>_sim (the same sources with DDB_FAULTS=1) from
# src/<name>/**/*.cpp. Remembers the layer's own allowed list in DDB_MAY_USE_<name>.
function(ddb_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPS")
  # The globs come before any test for existence, so that a new folder makes the next build configure again.
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.h)
  set(may_use ${name} ${arg_DEPS} base)
  list(REMOVE_DUPLICATES may_use)
  set(DDB_MAY_USE_${name} ${may_use} PARENT_SCOPE)
  ddb_layers_below(may_see ${may_use})
  set(DDB_MAY_SEE_${name} ${may_see} PARENT_SCOPE)
  if(NOT sources AND NOT headers)
    return()
  endif()
  set(DDB_LAYERS_PRESENT ${DDB_LAYERS_PRESENT} ${name} PARENT_SCOPE)

  set(libraries)
  if(sources AND DEFINED DDB_LIBRARIES_${name})
    # Static where Debian has it: the product needs libc only.
    foreach(library IN LISTS DDB_LIBRARIES_${name})
      find_library(DDB_LIBRARY_${library} NAMES lib${library}.a ${library} REQUIRED)
      list(APPEND libraries ${DDB_LIBRARY_${library}})
    endforeach()
  endif()
  ddb_layer_foreign_headers(foreign_headers ${name})
  set(links ${may_use})
  list(REMOVE_ITEM links ${name})
  if(spill IN_LIST arg_DEPS OR btree IN_LIST arg_DEPS OR catalog IN_LIST arg_DEPS)
    ddb_layer_includes(include_dirs ${may_see})
    string(REPLACE ";" "," allowed "${may_use}")
    string(REPLACE ";" "," known "${DDB_LAYER_NAMES}")
    add_custom_target(ddb_${name}_includes
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${PROJECT_SOURCE_DIR}/src/${name} -DLAYER=${name} -DALLOWED=${allowed}
        -DKNOWN=${known} -P ${PROJECT_SOURCE_DIR}/cmake/check_includes.cmake
      VERBATIM)
  else()
    ddb_layer_includes(include_dirs ${may_use})
  endif()
  foreach(suffix "" _sim)
    set(target ddb_${name}${suffix})
    ddb_layer_targets(link_targets "${suffix}" ${links})
    if(sources)
      add_library(${target} STATIC ${sources})
      target_include_directories(${target} PRIVATE ${include_dirs})
      target_include_directories(${target} SYSTEM PRIVATE ${foreign_headers})
      target_link_libraries(${target} PUBLIC ${link_targets} ${libraries} PRIVATE ddb_flags)
      set(scope PUBLIC)
    else()
      add_library(${target} INTERFACE)
      target_link_libraries(${target} INTERFACE ${link_targets})
      set(scope INTERFACE)
    endif()
    if(TARGET ddb_${name}_includes)
      add_dependencies(${target} ddb_${name}_includes)
    endif()
    if(suffix)
      # Public: inline code in headers must see the same switch in whatever links this.
      target_compile_definitions(${target} ${scope} DDB_FAULTS=1)
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
  endforeach()
endfunction()

# ddb_executable(<name> SOURCES ... LAYERS ... [SUFFIX _sim] [INCLUDES ...] [LIBS ...]): a program that may include
# exactly LAYERS and links them (and, transitively, what they need).
function(ddb_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SUFFIX" "SOURCES;LAYERS;INCLUDES;LIBS")
  ddb_layer_includes(include_dirs ${arg_LAYERS})
  ddb_layer_targets(link_targets "${arg_SUFFIX}" ${arg_LAYERS})
  # Top layer first: the order in which a static link resolves.
  list(REVERSE link_targets)
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${include_dirs} ${arg_INCLUDES})
  target_link_libraries(${name} PRIVATE ddb_flags ${arg_LIBS} ${link_targets})
endfunction()

set(DDB_LAYERS_PRESENT)
set(DDB_LAYER_NAMES)
foreach(entry IN LISTS DDB_LAYER_TABLE)
  string(REGEX MATCH "^[a-z]+" layer_name "${entry}")
  list(APPEND DDB_LAYER_NAMES ${layer_name})
endforeach()
foreach(entry IN LISTS DDB_LAYER_TABLE)
  string(REGEX MATCH "^([a-z]+):(.*)$" _ "${entry}")
  set(layer_name ${CMAKE_MATCH_1})
  string(REGEX MATCHALL "[a-z]+" layer_deps "${CMAKE_MATCH_2}")
  ddb_layer(${layer_name} DEPS ${layer_deps})
endforeach()
