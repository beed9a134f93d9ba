# Watermarks in generated text: a layer that uses only base, and a shared library of its own over it
# that needs the C++ runtime and nothing else. Highway is headers: its library is never linked.
find_path(HIGHWAY_INCLUDE_DIR hwy/highway.h REQUIRED)
colophon_layer(text USES base)
set(kernels kernels_baseline.cpp)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  list(APPEND kernels kernels_avx2.cpp kernels_avx512.cpp)
endif()
list(TRANSFORM kernels PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/text/kernels/)
# An object for each instruction set, chosen once. They are optimised in every build: what is not
# inlined would be shared with objects for lesser processors. No contraction: equal results.
add_library(colophon_text_kernels OBJECT ${kernels})
target_include_directories(colophon_text_kernels PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_include_directories(colophon_text_kernels SYSTEM PRIVATE ${HIGHWAY_INCLUDE_DIR})
target_compile_options(colophon_text_kernels PRIVATE ${COLOPHON_WARNINGS} -O3 -ffp-contract=off)
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/text/kernels/kernels_avx2.cpp
  PROPERTIES COMPILE_OPTIONS -mavx2)
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/text/kernels/kernels_avx512.cpp
  PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512cd")
target_sources(colophon_text PRIVATE $<TARGET_OBJECTS:colophon_text_kernels>)

file(GLOB text_abi CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/text/abi/*.cpp)
add_library(libcolophon_text SHARED ${text_abi})
add_library(colophon::text ALIAS libcolophon_text)
set_target_properties(libcolophon_text PROPERTIES OUTPUT_NAME colophon-text EXPORT_NAME text
                      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_compile_options(libcolophon_text PRIVATE ${COLOPHON_WARNINGS})
target_include_directories(libcolophon_text PUBLIC
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
target_link_libraries(libcolophon_text PRIVATE colophon_text)
target_link_options(libcolophon_text PRIVATE -Wl,--exclude-libs,ALL -Wl,--as-needed)
if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  target_link_options(libcolophon_text PRIVATE -Wl,--no-undefined)
endif()
