# Lists, as LAZY(name) lines in OUT, the functions of the shared library LIBRARY that the static
# library ARCHIVE calls. Usage: cmake -DNM= -DARCHIVE= -DLIBRARY= -DOUT= -P lazy_symbols.cmake
execute_process(COMMAND ${NM} -u ${ARCHIVE} OUTPUT_VARIABLE wanted COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY} OUTPUT_VARIABLE offered
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " U [A-Za-z0-9_]+" wanted "${wanted}")
list(TRANSFORM wanted REPLACE " U " "")
list(REMOVE_DUPLICATES wanted)
list(SORT wanted)
set(lines "")
foreach(name IN LISTS wanted)
  if(offered MATCHES " T ${name}(@|\n)")
    string(APPEND lines "LAZY(${name})\n")
  endif()
endforeach()
file(WRITE ${OUT} "${lines}")
