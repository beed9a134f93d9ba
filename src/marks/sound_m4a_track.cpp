// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_m4a_track.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace colophon::sound {
namespace {

using wire::FourCc;
using wire::fourcc;

Failure refuse(std::string message) {
  return fail(ErrorCode::Unsupported, std::move(message), "m4a");
}
Failure broken(std::string_view box) {
  return fail(ErrorCode::Malformed, fmt::format("the box {} makes no sense", box), "m4a");
}

/// A field that has four bytes in version 0 of its box and eight in version 1.
struct Field {
  std::size_t at = 0;
  unsigned width = 4;
};
Field field_of(const BoxNode& box, std::size_t in_short, std::size_t in_long) {
  const bool longer = !box.body.empty() && box.body[0] == 1;
  return longer ? Field{in_long, 8} : Field{in_short, 4};
}
std::optional<std::uint64_t> get(const BoxNode& box, Field field) {
  return load_be(box.body, field.at, field.width);
}
Status set(BoxNode& box, Field field, std::uint64_t value) {
  if (field.at + field.width > box.body.size()) return broken(wire::to_string(box.type));
  if (field.width == 4 && value > UINT32_MAX) {
    return fail(ErrorCode::LimitExceeded, "the film would be longer than its header can say",
                "m4a");
  }
  store_be(box.body, field.at, value, field.width);
  return {};
}
Field movie_duration(const BoxNode& mvhd) {
  return field_of(mvhd, 16, 24);
}
Field track_duration(const BoxNode& tkhd) {
  return field_of(tkhd, 20, 28);
}

std::uint64_t scaled(std::uint64_t value, std::uint32_t from, std::uint32_t to) {
  return static_cast<std::uint64_t>(
      std::llround(static_cast<long double>(value) * to / std::max(1U, from)));
}

/// How a track is played: nothing said, or one stretch at normal speed.
Status read_edit(BoxNode& trak, AacTrack& track) {
  const BoxNode* list = trak.find({fourcc("edts"), fourcc("elst")});
  track.edit_length = track.length;
  if (list == nullptr || load_be(list->body, 4, 4) == 0U) return {};
  const bool longer = list->body.empty() || list->body[0] == 1;
  const unsigned width = longer ? 8 : 4;
  const auto length = load_be(list->body, 8, width), from = load_be(list->body, 8 + width, width);
  const std::uint64_t none = longer ? UINT64_MAX : UINT32_MAX;
  if (load_be(list->body, 4, 4) != 1U || !length || !from || *from == none ||
      load_be(list->body, 8 + 2 * width, 4) != 0x10000U) {
    return refuse(
        "m4a: the sound is played by an edit list of several parts, which a label cannot be put "
        "into");
  }
  track.has_edit = true;
  track.edit_from = std::min(*from, track.length);
  const std::uint64_t rest = track.length - track.edit_from;
  const std::uint64_t told = scaled(*length, track.movie_scale, track.scale);
  track.edit_length = told == 0 ? rest : std::min(told, rest);
  return {};
}

/// Tables with a row for each packet that nothing here knows how to continue.
Status check_tables(const BoxNode& stbl) {
  for (const BoxNode& box : stbl.children) {
    constexpr FourCc kKnown[] = {fourcc("stsd"),
                                 fourcc("stts"),
                                 fourcc("stsz"),
                                 fourcc("stsc"),
                                 fourcc("stco"),
                                 fourcc("co64"),
                                 fourcc("sgpd"),
                                 fourcc("sbgp"),
                                 fourcc("free"),
                                 fourcc("skip"),
                                 0};
    if (std::find(std::begin(kKnown), std::end(kKnown), box.type) != std::end(kKnown)) continue;
    return refuse(fmt::format("m4a: the sound has a table {}, which a label cannot be put into",
                              wire::to_string(box.type)));
  }
  return {};
}

bool is_text(BoxNode& trak) {
  const BoxNode* handler = trak.find({fourcc("mdia"), fourcc("hdlr")});
  const auto kind = handler == nullptr ? std::nullopt : load_be(handler->body, 8, 4);
  return kind == fourcc("text") || kind == fourcc("sbtl") || kind == fourcc("subt");
}

/// A track of texts (chapters): the first one stays longer.
Status lengthen_first(BoxNode& trak, std::uint64_t by, std::uint32_t movie_scale) {
  BoxNode* head = trak.find({fourcc("mdia"), fourcc("mdhd")});
  BoxNode* times = trak.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl"), fourcc("stts")});
  BoxNode* header = trak.find(fourcc("tkhd"));
  if (head == nullptr || times == nullptr || header == nullptr) return broken("trak");
  const auto scale = load_be(head->body, !head->body.empty() && head->body[0] == 1 ? 20 : 12, 4);
  const auto count = load_be(times->body, 4, 4), first = load_be(times->body, 8, 4),
             length = load_be(times->body, 12, 4);
  if (!scale || !count || *count == 0 || !first || *first == 0 || !length) return broken("stts");
  const std::uint64_t own = scaled(by, movie_scale, static_cast<std::uint32_t>(*scale));
  ByteBuffer out = to_buffer(slice(times->body, 0, 4));
  append_be(out, *count + (*first > 1 ? 1 : 0), 4);
  append_be(out, 1, 4);
  append_be(out, *length + own, 4);
  if (*first > 1) {
    append_be(out, *first - 1, 4);
    append_be(out, *length, 4);
  }
  append(out, slice(times->body, 16));
  times->body = std::move(out);
  const Field media = movie_duration(*head);
  TRY(set(*head, media, get(*head, media).value_or(0) + own));
  const Field whole = track_duration(*header);
  TRY(set(*header, whole, get(*header, whole).value_or(0) + by));
  if (BoxNode* list = trak.find({fourcc("edts"), fourcc("elst")});
      list != nullptr && load_be(list->body, 4, 4) == 1U) {
    const Field field{8, list->body[0] == 1 ? 8U : 4U};
    TRY(set(*list, field, get(*list, field).value_or(0) + by));
  }
  return {};
}

/// Any other track begins later: nothing is shown meanwhile.
Status begin_later(BoxNode& trak, std::uint64_t by) {
  BoxNode* header = trak.find(fourcc("tkhd"));
  if (header == nullptr) return broken("trak");
  const Field whole = track_duration(*header);
  const std::uint64_t old = get(*header, whole).value_or(0);
  TRY(set(*header, whole, old + by));
  BoxNode* list = trak.find({fourcc("edts"), fourcc("elst")});
  if (list == nullptr) {
    BoxNode edits, made;
    made.type = fourcc("elst");
    made.body = ByteBuffer(8, 0);
    append_be(made.body, old, 4);
    append_be(made.body, 0, 4);
    append_be(made.body, 0x10000, 4);
    store_be(made.body, 4, 1, 4);
    edits.type = fourcc("edts");
    edits.holds_boxes = true;
    edits.children.push_back(std::move(made));
    const auto behind = std::find_if(trak.children.begin(), trak.children.end(),
                                     [](const BoxNode& box) { return box.type == fourcc("tkhd"); });
    list = &trak.children.insert(behind + 1, std::move(edits))->children[0];
  }
  const bool longer = !list->body.empty() && list->body[0] == 1;
  const unsigned width = longer ? 8 : 4;
  if (list->body.size() < 8) return broken("elst");
  ByteBuffer out = to_buffer(slice(list->body, 0, 4));
  append_be(out, *load_be(list->body, 4, 4) + 1, 4);
  append_be(out, by, width);
  append_be(out, UINT64_MAX, width);
  append_be(out, 0x10000, 4);
  append(out, slice(list->body, 8));
  list->body = std::move(out);
  return {};
}

/// Nero's chapters: times in units of 100 ns. One at 0 covers the label, too.
void shift_chapters(BoxNode& moov, double seconds) {
  BoxNode* list = moov.find({fourcc("udta"), fourcc("chpl")});
  if (list == nullptr || list->body.size() < 5) return;
  const std::size_t count_at = list->body[0] != 0 ? 8 : 4;
  std::size_t at = count_at + 1;
  for (std::size_t i = 0; count_at < list->body.size() && i < list->body[count_at]; ++i) {
    const auto time = load_be(list->body, at, 8), size = load_be(list->body, at + 8, 1);
    if (!time || !size) return;
    if (*time > 0) {
      store_be(list->body, at, *time + static_cast<std::uint64_t>(std::llround(seconds * 1e7)), 8);
    }
    at += 9 + static_cast<std::size_t>(*size);
  }
}

/// iTunes' note of what the encoder put around the sound: " 00000000 DELAY PADDING SAMPLES ...".
void rewrite_gapless(BoxNode& moov, std::uint64_t delay, std::uint64_t padding,
                     std::uint64_t samples) {
  BoxNode* meta = moov.find({fourcc("udta"), fourcc("meta")});
  if (meta == nullptr) return;
  const std::string text(as_text(meta->body));
  const auto name = text.find("iTunSMPB");
  if (name == std::string::npos) return;
  const auto data = text.find("data", name);
  constexpr std::size_t kValue = 12;  // behind type, version, flags and language
  if (data == std::string::npos || data > name + 64 || data + kValue + 44 > text.size()) return;
  const std::string made =
      fmt::format(" 00000000 {:08X} {:08X} {:016X}", static_cast<std::uint32_t>(delay),
                  static_cast<std::uint32_t>(padding), samples);
  std::copy(made.begin(), made.end(),
            meta->body.begin() + static_cast<std::ptrdiff_t>(data + kValue));
}

}  // namespace

Result<AacTrack> read_aac_track(BoxNode& moov) {
  AacTrack track;
  const BoxNode* movie = moov.find(fourcc("mvhd"));
  if (movie == nullptr) return broken("mvhd");
  const bool longer = !movie->body.empty() && movie->body[0] == 1;
  track.movie_scale =
      static_cast<std::uint32_t>(load_be(movie->body, longer ? 20 : 12, 4).value_or(0));
  std::size_t sounds = 0;
  for (std::size_t i = 0; i < moov.children.size(); ++i) {
    if (moov.children[i].type == fourcc("mvex")) {
      return refuse("m4a: the file is made of fragments, which a label cannot be put between");
    }
    const BoxNode* handler = moov.children[i].find({fourcc("mdia"), fourcc("hdlr")});
    if (handler == nullptr || load_be(handler->body, 8, 4) != fourcc("soun")) continue;
    track.index = i;
    ++sounds;
  }
  if (sounds != 1) {
    return refuse(fmt::format("m4a: the file has {} sound tracks instead of one", sounds));
  }
  BoxNode& trak = moov.children[track.index];
  BoxNode* stbl = trak.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl")});
  const BoxNode* head = trak.find({fourcc("mdia"), fourcc("mdhd")});
  if (stbl == nullptr || head == nullptr) return broken("trak");
  TRY(check_tables(*stbl));
  const bool wide = !head->body.empty() && head->body[0] == 1;
  track.scale = static_cast<std::uint32_t>(load_be(head->body, wide ? 20 : 12, 4).value_or(0));
  const BoxNode* entries = stbl->find(fourcc("stsd"));
  const BoxNode* times = stbl->find(fourcc("stts"));
  if (entries == nullptr || times == nullptr || stbl->find(fourcc("stsz")) == nullptr ||
      stbl->find(fourcc("stsc")) == nullptr) {
    return broken("stbl");
  }
  if (load_be(entries->body, 4, 4) != 1U || load_be(entries->body, 12, 4) != fourcc("mp4a")) {
    return refuse("m4a: the sound is no AAC");
  }
  track.config = TRY(aac_config_in(slice(entries->body, 8)));
  const AacConfig config = TRY(read_aac_config(track.config));
  track.rate = config.rate;
  track.channels = config.channels;
  const std::uint64_t step = std::uint64_t{kAacPacket} * track.scale;
  if (track.movie_scale == 0 || track.scale == 0 || step % track.rate != 0) {
    return refuse("m4a: the time scale of the sound has no whole number for a packet");
  }
  const std::uint64_t rows = load_be(times->body, 4, 4).value_or(0);
  for (std::uint64_t i = 0; i < rows; ++i) {
    const auto count = load_be(times->body, 8 + 8 * i, 4),
               length = load_be(times->body, 12 + 8 * i, 4);
    if (!count || !length) return broken("stts");
    track.length += *count * *length;
  }
  TRY(read_edit(trak, track));
  return track;
}

Result<NewTimes> put_packets(BoxNode& moov, const AacTrack& track, const NewPackets& front,
                             const NewPackets& back, const Moved& moved, bool wide) {
  BoxNode& trak = moov.children[track.index];
  BoxNode& stbl = *trak.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl")});
  const std::uint64_t packet = std::uint64_t{kAacPacket} * track.scale / track.rate;
  const auto own = [&](std::uint64_t samples) { return samples * track.scale / track.rate; };
  const std::uint64_t before = front.sizes.size() * packet, behind = back.sizes.size() * packet;
  TRY(put_times(*stbl.find(fourcc("stts")), front.sizes.size(), back.sizes.size(),
                static_cast<std::uint32_t>(packet)));
  TRY(put_sizes(*stbl.find(fourcc("stsz")), front, back));
  BoxNode* places = stbl.find(fourcc("stco"));
  if (places == nullptr) places = stbl.find(fourcc("co64"));
  if (places == nullptr) return broken("stco");
  TRY(put_chunks(*stbl.find(fourcc("stsc")), load_be(places->body, 4, 4).value_or(0), front, back));
  TRY(put_places(*places, &front, &back, moved, wide));
  for (BoxNode& box : stbl.children) {
    if (box.type == fourcc("sbgp")) TRY(put_groups(box, front, back));
  }
  std::uint64_t length = 0;
  const BoxNode& times = *stbl.find(fourcc("stts"));
  for (std::uint64_t i = 0; i < *load_be(times.body, 4, 4); ++i) {
    length += *load_be(times.body, 8 + 8 * i, 4) * *load_be(times.body, 12 + 8 * i, 4);
  }

  // What is heard: from the label in front, else the programme, to the label behind, else its end.
  const std::uint64_t from = !track.has_edit       ? 0
                             : front.sizes.empty() ? track.edit_from
                                                   : own(front.delay);
  const std::uint64_t end = !track.has_edit      ? length
                            : back.sizes.empty() ? before + track.edit_from + track.edit_length
                                                 : length - std::min(length, own(back.unheard));
  const std::uint64_t heard = end > from ? end - from : 0;
  const std::uint64_t in_movie = scaled(heard, track.scale, track.movie_scale);
  BoxNode& head = *trak.find({fourcc("mdia"), fourcc("mdhd")});
  TRY(set(head, movie_duration(head), length));
  BoxNode* header = trak.find(fourcc("tkhd"));
  if (header == nullptr) return broken("tkhd");
  TRY(set(*header, track_duration(*header), in_movie));
  if (track.has_edit) {
    BoxNode& list = *trak.find({fourcc("edts"), fourcc("elst")});
    const unsigned width = list.body[0] == 1 ? 8 : 4;
    TRY(set(list, {8, width}, in_movie));
    TRY(set(list, {8 + width, width}, from));
  }
  const std::uint64_t shift = before + track.edit_from - from;
  const std::uint64_t later = scaled(shift, track.scale, track.movie_scale);
  std::uint64_t longest = in_movie;
  for (std::size_t i = 0; i < moov.children.size(); ++i) {
    BoxNode& other = moov.children[i];
    if (other.type != fourcc("trak") || i == track.index) continue;
    if (later > 0) {
      TRY(is_text(other) ? lengthen_first(other, later, track.movie_scale)
                         : begin_later(other, later));
    }
    for (const FourCc name : {fourcc("stco"), fourcc("co64")}) {
      BoxNode* table = other.find({fourcc("mdia"), fourcc("minf"), fourcc("stbl"), name});
      if (table == nullptr) continue;
      TRY(put_places(*table, nullptr, nullptr, moved, wide));
      break;
    }
    if (const BoxNode* their = other.find(fourcc("tkhd"))) {
      longest = std::max(longest, get(*their, track_duration(*their)).value_or(0));
    }
  }
  BoxNode& movie = *moov.find(fourcc("mvhd"));
  TRY(set(movie, movie_duration(movie), longest));
  const auto seconds = [&](std::uint64_t time) { return static_cast<double>(time) / track.scale; };
  shift_chapters(moov, seconds(shift));
  rewrite_gapless(moov, from * track.rate / track.scale,
                  (length - std::min(length, end)) * track.rate / track.scale,
                  heard * track.rate / track.scale);
  NewTimes out;
  out.front = track.has_edit ? 0 : static_cast<double>(front.delay) / track.rate;
  out.programme = seconds(shift);
  out.back = seconds(length - behind + own(back.delay)) - seconds(from);
  out.duration = seconds(heard);
  return out;
}

}  // namespace colophon::sound
