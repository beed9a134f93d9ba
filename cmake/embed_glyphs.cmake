# Writes OUT, a C++ file that holds the lines of SOURCE, one string each (run with cmake -P). One
# string for all would be longer than compilers need to take.
file(READ ${SOURCE} text)
string(REGEX REPLACE "\n$" "" text "${text}")
string(REPLACE "\n" ")g\",\n    R\"g(" text "${text}")
file(WRITE ${OUT} "// Generated from src/media/fonts/label_glyphs.txt.\n#include \"media/glyphs.hpp\"\n\nnamespace colophon {\nnamespace {\nconstexpr std::string_view kRows[] = {\n    R\"g(${text})g\",\n};\n}  // namespace\nstd::span<const std::string_view> builtin_glyph_rows() noexcept { return kRows; }\n}  // namespace colophon\n")
