# fmt without its shared library, which Debian alone ships and which would load the shared C++
# runtime at every start of the command. cmake/fmt.cpp is what fmt's own source file says; it knows
# version 9, and any other version is linked as it comes.
if(fmt_VERSION VERSION_GREATER_EQUAL 9 AND fmt_VERSION VERSION_LESS 10)
  add_library(colophon_fmt STATIC ${PROJECT_SOURCE_DIR}/cmake/fmt.cpp)
  target_include_directories(colophon_fmt SYSTEM PUBLIC
    $<TARGET_PROPERTY:fmt::fmt,INTERFACE_INCLUDE_DIRECTORIES>)
else()
  add_library(colophon_fmt INTERFACE)
  target_link_libraries(colophon_fmt INTERFACE fmt::fmt)
endif()
