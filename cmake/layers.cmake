# One folder is one layer is one static library. A layer sees only what it names here, so a wrong
# include fails to link; tools/check_layers says so sooner.
set(COLOPHON_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on std::string + and vector::insert (GCC bugs 105651 and 105329), fixed in GCC 13.
  list(APPEND COLOPHON_WARNINGS -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
       -Wno-stringop-overread)
endif()

# colophon_layer(NAME [USES layer...] [LINKS library...])
function(colophon_layer name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  add_library(colophon_${name} STATIC ${sources})
  target_include_directories(colophon_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src
                             ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated)
  target_compile_options(colophon_${name} PRIVATE ${COLOPHON_WARNINGS})
  list(TRANSFORM arg_USES PREPEND colophon_)
  target_link_libraries(colophon_${name} PUBLIC ${arg_USES} PRIVATE ${arg_LINKS})
endfunction()
