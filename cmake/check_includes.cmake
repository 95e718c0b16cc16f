# check_includes: refuses an include of a layer that is not allowed. Run by the build before a layer whose allowed headers include
# headers of layers below them, which the compiler must therefore find.
#   cmake -DFOLDER=<src/layer> -DLAYER=<name> -DALLOWED=a,b -DKNOWN=a,b,c -P check_includes.cmake
cmake_minimum_required(VERSION 3.25)
string(REPLACE "," ";" allowed "${ALLOWED}")
string(REPLACE "," ";" known "${KNOWN}")
file(GLOB_RECURSE files ${FOLDER}/*.h ${FOLDER}/*.cpp)
foreach(file IN LISTS files)
  file(STRINGS ${file} lines REGEX "^ *# *include *\"")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "\"([^/\"]+)/([^\"]*)\"" _ "${line}")
    if(CMAKE_MATCH_1 IN_LIST known AND NOT CMAKE_MATCH_1 IN_LIST allowed)
      message(FATAL_ERROR "${file}: ${CMAKE_MATCH_1}/${CMAKE_MATCH_2}: layer ${LAYER} may not include it")
    endif()
  endforeach()
endforeach()
