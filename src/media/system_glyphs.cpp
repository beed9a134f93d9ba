// SPDX-License-Identifier: Apache-2.0
// Letters for texts of one's own. fontconfig and FreeType are opened when the first such letter is
// asked for: the texts that laws ask for need neither, and a start of the command must not pay.
#include <dlfcn.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <optional>

#include "media/glyphs.hpp"

namespace colophon {
namespace {

template <typename F>
bool load(void* library, const char* name, F*& function) {
  function = reinterpret_cast<F*>(dlsym(library, name));
  return function != nullptr;
}

/// Both libraries stay open: closing them would lose what they have read of the fonts.
struct Libraries {
  decltype(FT_Init_FreeType)* init_freetype = nullptr;
  decltype(FT_New_Face)* new_face = nullptr;
  decltype(FT_Done_Face)* done_face = nullptr;
  decltype(FT_Get_Char_Index)* char_index = nullptr;
  decltype(FT_Load_Glyph)* load_glyph = nullptr;
  decltype(FT_Outline_Decompose)* decompose = nullptr;
  decltype(FcPatternCreate)* pattern = nullptr;
  decltype(FcPatternDestroy)* destroy_pattern = nullptr;
  decltype(FcPatternAddCharSet)* add_letters = nullptr;
  decltype(FcPatternAddInteger)* add_integer = nullptr;
  decltype(FcPatternAddBool)* add_bool = nullptr;
  decltype(FcPatternGetString)* get_string = nullptr;
  decltype(FcPatternGetInteger)* get_integer = nullptr;
  decltype(FcCharSetCreate)* letters = nullptr;
  decltype(FcCharSetAddChar)* add_letter = nullptr;
  decltype(FcCharSetDestroy)* destroy_letters = nullptr;
  decltype(FcConfigSubstitute)* substitute = nullptr;
  decltype(FcDefaultSubstitute)* defaults = nullptr;
  decltype(FcFontMatch)* match = nullptr;
  FT_Library freetype = nullptr;

  Libraries() {
    void* types = dlopen("libfreetype.so.6", RTLD_NOW | RTLD_LOCAL);
    void* fonts = dlopen("libfontconfig.so.1", RTLD_NOW | RTLD_LOCAL);
    if (types == nullptr || fonts == nullptr) return;
    const bool all =
        load(types, "FT_Init_FreeType", init_freetype) && load(types, "FT_New_Face", new_face) &&
        load(types, "FT_Done_Face", done_face) && load(types, "FT_Get_Char_Index", char_index) &&
        load(types, "FT_Load_Glyph", load_glyph) &&
        load(types, "FT_Outline_Decompose", decompose) && load(fonts, "FcPatternCreate", pattern) &&
        load(fonts, "FcPatternDestroy", destroy_pattern) &&
        load(fonts, "FcPatternAddCharSet", add_letters) &&
        load(fonts, "FcPatternAddInteger", add_integer) &&
        load(fonts, "FcPatternAddBool", add_bool) &&
        load(fonts, "FcPatternGetString", get_string) &&
        load(fonts, "FcPatternGetInteger", get_integer) &&
        load(fonts, "FcCharSetCreate", letters) && load(fonts, "FcCharSetAddChar", add_letter) &&
        load(fonts, "FcCharSetDestroy", destroy_letters) &&
        load(fonts, "FcConfigSubstitute", substitute) &&
        load(fonts, "FcDefaultSubstitute", defaults) && load(fonts, "FcFontMatch", match);
    if (!all || init_freetype(&freetype) != 0) freetype = nullptr;
  }
};

const Libraries& libraries() {
  static const Libraries all;
  return all;
}

/// What FreeType hands out, in font units with y up.
struct Collector {
  OutlinePath path;
  double scale = 1, last_x = 0, last_y = 0;

  [[nodiscard]] double x(const FT_Vector* point) const {
    return static_cast<double>(point->x) * scale;
  }
  [[nodiscard]] double y(const FT_Vector* point) const {
    return -static_cast<double>(point->y) * scale;
  }
  void close() {
    if (!path.empty()) path.push_back({PathStep::Kind::Close, {}});
  }
  int add(PathStep::Kind kind, std::array<double, 6> at, const FT_Vector* end) {
    if (kind == PathStep::Kind::Move) close();
    path.push_back({kind, at});
    last_x = x(end);
    last_y = y(end);
    return 0;
  }
};
Collector& collector_at(void* user) {
  return *static_cast<Collector*>(user);
}
int on_move(const FT_Vector* end, void* user) {
  Collector& to = collector_at(user);
  return to.add(PathStep::Kind::Move, {to.x(end), to.y(end)}, end);
}
int on_line(const FT_Vector* end, void* user) {
  Collector& to = collector_at(user);
  return to.add(PathStep::Kind::Line, {to.x(end), to.y(end)}, end);
}
int on_conic(const FT_Vector* control, const FT_Vector* end, void* user) {
  Collector& to = collector_at(user);
  const double cx = to.x(control), cy = to.y(control), x = to.x(end), y = to.y(end);
  return to.add(PathStep::Kind::Cubic,
                {to.last_x + (cx - to.last_x) * 2 / 3, to.last_y + (cy - to.last_y) * 2 / 3,
                 x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3, x, y},
                end);
}
int on_cubic(const FT_Vector* a, const FT_Vector* b, const FT_Vector* end, void* user) {
  Collector& to = collector_at(user);
  return to.add(PathStep::Kind::Cubic, {to.x(a), to.y(a), to.x(b), to.y(b), to.x(end), to.y(end)},
                end);
}

std::optional<Glyph> glyph_of(const Libraries& use, const char* file, int index, char32_t letter) {
  FT_Face face = nullptr;
  if (use.new_face(use.freetype, file, index, &face) != 0) return std::nullopt;
  std::optional<Glyph> glyph;
  const FT_UInt number = use.char_index(face, letter);
  if (number != 0 && face->units_per_EM != 0 &&
      use.load_glyph(face, number, FT_LOAD_NO_SCALE) == 0 &&
      face->glyph->format == FT_GLYPH_FORMAT_OUTLINE) {
    Collector collector;
    collector.scale = 1.0 / face->units_per_EM;
    constexpr FT_Outline_Funcs kFunctions = {on_move, on_line, on_conic, on_cubic, 0, 0};
    if (use.decompose(&face->glyph->outline, &kFunctions, &collector) == 0) {
      collector.close();
      glyph.emplace();
      glyph->advance = static_cast<double>(face->glyph->metrics.horiAdvance) * collector.scale;
      glyph->path = std::move(collector.path);
    }
  }
  use.done_face(face);
  return glyph;
}

}  // namespace

std::optional<Glyph> system_glyph(char32_t letter) {
  const Libraries& use = libraries();
  if (use.freetype == nullptr) return std::nullopt;
  FcPattern* wanted = use.pattern();
  FcCharSet* letters = use.letters();
  use.add_letter(letters, letter);
  use.add_letters(wanted, FC_CHARSET, letters);
  use.add_integer(wanted, FC_WEIGHT, FC_WEIGHT_BOLD);
  use.add_bool(wanted, FC_SCALABLE, FcTrue);
  use.substitute(nullptr, wanted, FcMatchPattern);
  use.defaults(wanted);
  FcResult result{};
  FcPattern* found = use.match(nullptr, wanted, &result);
  std::optional<Glyph> glyph;
  FcChar8* file = nullptr;
  int index = 0;
  if (found != nullptr && use.get_string(found, FC_FILE, 0, &file) == FcResultMatch) {
    (void)use.get_integer(found, FC_INDEX, 0, &index);
    glyph = glyph_of(use, reinterpret_cast<const char*>(file), index, letter);
  }
  if (found != nullptr) use.destroy_pattern(found);
  use.destroy_letters(letters);
  use.destroy_pattern(wanted);
  return glyph;
}

}  // namespace colophon
