// SPDX-License-Identifier: Apache-2.0
#include "support/movie.hpp"

#include <stdexcept>

namespace colophon::testing {
namespace {

using wire::FourCc;
using wire::fourcc;

constexpr std::size_t kChunk = 24;  // bytes of one chunk of media

std::string chunk_text(int track, int chunk) {
  std::string text = "<" + std::to_string(track) + ":" + std::to_string(chunk) + ">";
  text.resize(kChunk, '.');
  return text;
}

ByteBuffer track(const Film& film, int index, std::uint64_t media_at) {
  ByteBuffer offsets = number(static_cast<std::uint64_t>(film.chunks), 4);
  for (int chunk = 0; chunk < film.chunks; ++chunk) {
    const auto position =
        media_at + kChunk * static_cast<std::uint64_t>(chunk * film.tracks + index);
    append_be(offsets, position, film.wide_offsets ? 8 : 4);
  }
  ByteBuffer stbl = film.wide_offsets ? full_box("co64", offsets) : full_box("stco", offsets);
  if (film.aux_offsets) {
    stbl = stbl + full_box("saio", number(1, 4) + number(media_at, 4));
  }
  return box("trak",
             full_box("tkhd", ByteBuffer(80, 0)) + box("mdia", box("minf", box("stbl", stbl))));
}

ByteBuffer movie_box(const Film& film, std::uint64_t media_at) {
  ByteBuffer moov = full_box("mvhd", ByteBuffer(96, 0));
  for (int i = 0; i < film.tracks; ++i) moov = moov + track(film, i, media_at);
  return box("moov", moov + film.in_moov);
}

ByteBuffer media_box(const Film& film, std::uint64_t* header) {
  ByteBuffer media;
  for (int chunk = 0; chunk < film.chunks; ++chunk) {
    for (int i = 0; i < film.tracks; ++i) append(media, chunk_text(i, chunk));
  }
  *header = film.large_mdat ? 16 : 8;
  if (film.large_mdat) {
    return number(1, 4) + to_buffer("mdat") + number(media.size() + 16, 8) + media;
  }
  return number(film.open_mdat ? 0 : media.size() + 8, 4) + to_buffer("mdat") + media;
}

class Follower {
 public:
  explicit Follower(Bytes file) : file_(file), source_(file) {}
  std::vector<std::string> run() {
    walk({0, file_.size()}, 0);
    return std::move(found_);
  }

 private:
  void at(std::uint64_t position, std::size_t size = kChunk) {
    if (position >= file_.size()) throw std::runtime_error("a table points outside the file");
    found_.push_back(to_string(slice(file_, position, size)));
  }
  std::uint64_t load(std::uint64_t position, unsigned width) {
    return load_be(file_, position, width).value();
  }
  void walk(Range within, int depth) {
    wire::BoxBudget budget{Limits{}};
    wire::BoxWalker walker(source_, within, budget);
    while (const auto box = walker.next().value()) visit(*box, depth);
  }
  void visit(const wire::Box& box, int depth) {
    for (const FourCc holder : {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"),
                                fourcc("stbl"), fourcc("moof"), fourcc("traf"), fourcc("mfra")}) {
      if (box.is(holder) && depth < 8) walk(box.body, depth + 1);
    }
    const std::uint64_t body = box.body.offset;
    if (box.is(fourcc("stco")) || box.is(fourcc("co64")) || box.is(fourcc("saio"))) {
      const unsigned width = box.is(fourcc("co64")) ? 8 : 4;
      for (std::uint64_t i = 0; i < load(body + 4, 4); ++i) at(load(body + 8 + i * width, width));
    } else if (box.is(fourcc("tfhd")) && (load(body, 4) & 1) != 0) {
      at(load(body + 8, 8), 8);
    } else if (box.is(fourcc("tfra"))) {
      const unsigned width = load(body, 1) == 0 ? 4 : 8;
      const std::uint64_t sizes = load(body + 8, 4);
      const std::uint64_t step = 2 * width + 3 + (sizes >> 4 & 3) + (sizes >> 2 & 3) + (sizes & 3);
      for (std::uint64_t i = 0; i < load(body + 12, 4); ++i) {
        at(load(body + 16 + i * step + width, width), 8);
      }
    } else if (box.is(fourcc("mfro"))) {
      at(file_.size() - load(body + 4, 4) + 4, 4);
    } else if (box.is(fourcc("sidx"))) {
      const unsigned width = load(body, 1) == 0 ? 4 : 8;
      const std::uint64_t list = body + 12 + 2 * width;
      std::uint64_t position = box.whole.end() + load(body + 12 + width, width);
      for (std::uint64_t i = 0; i < load(list + 2, 2); ++i) {
        at(position, 8);
        position += load(list + 4 + i * 12, 4) & 0x7FFFFFFF;
      }
    }
  }

  Bytes file_;
  MemorySource source_;
  std::vector<std::string> found_;
};

ByteBuffer fragment(int index, std::uint64_t moof_at, bool absolute) {
  ByteBuffer tfhd = number(1, 4);
  if (absolute) append_be(tfhd, moof_at, 8);
  const ByteBuffer moof =
      box("moof", full_box("mfhd", number(static_cast<std::uint64_t>(index), 4)) +
                      box("traf", full_box("tfhd", tfhd, 0, absolute ? 1 : 0x20000) +
                                      full_box("trun", number(0, 4))));
  return moof + box("mdat", to_buffer(chunk_text(0, index)));
}

/// One subsegment per fragment, the first `first` bytes behind the index.
ByteBuffer segment_index(const std::vector<std::uint64_t>& sizes, std::uint64_t first) {
  ByteBuffer body = number(1, 4) + number(1000, 4) + number(0, 4) + number(first, 4) +
                    number(0, 2) + number(sizes.size(), 2);
  for (const std::uint64_t size : sizes) {
    body = body + number(size, 4) + number(1000, 4) + number(0x90000000, 4);
  }
  return full_box("sidx", body);
}

}  // namespace

ByteBuffer box(const char (&type)[5], const ByteBuffer& body) {
  ByteBuffer out;
  wire::append_box(out, fourcc(type), body);
  return out;
}
ByteBuffer full_box(const char (&type)[5], const ByteBuffer& body, std::uint8_t version,
                    std::uint32_t flags) {
  ByteBuffer out;
  wire::append_full_box(out, fourcc(type), version, flags, body);
  return out;
}
ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b) {
  for (const std::uint8_t byte : b) a.push_back(byte);
  return a;
}
ByteBuffer number(std::uint64_t value, unsigned width) {
  ByteBuffer out;
  append_be(out, value, width);
  return out;
}
ByteBuffer padding(std::size_t size) {
  return box("free", ByteBuffer(size - 8, 0));
}

ByteBuffer data_box(std::string_view text, std::uint32_t type) {
  return box("data", number(type, 4) + number(0, 4) + to_buffer(text));
}

ByteBuffer mdta(const std::vector<Key>& keys, bool full) {
  ByteBuffer names = number(keys.size(), 4);
  ByteBuffer items;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    names = names + box("mdta", to_buffer(keys[i].name));
    wire::append_box(items, static_cast<FourCc>(i + 1), data_box(keys[i].value));
  }
  const ByteBuffer children =
      full_box("hdlr", number(0, 4) + to_buffer("mdta") + ByteBuffer(13, 0)) +
      full_box("keys", names) + box("ilst", items);
  return full ? full_box("meta", children) : box("meta", children);
}

ByteBuffer mdir(const ByteBuffer& items) {
  return full_box("meta",
                  full_box("hdlr", number(0, 4) + to_buffer("mdirappl") + ByteBuffer(9, 0)) +
                      box("ilst", items) + padding(64));
}

ByteBuffer freeform(std::string_view name, std::string_view value) {
  return box("----", full_box("mean", to_buffer("com.apple.iTunes")) +
                         full_box("name", to_buffer(name)) + data_box(value));
}

ByteBuffer film(const Film& film) {
  std::uint64_t header = 0;
  const ByteBuffer media = media_box(film, &header);
  const ByteBuffer before = film.ftyp + film.before_moov;
  // Positions do not change the size of the movie box, so a first try gives it.
  const std::uint64_t moov_size = movie_box(film, 0).size();
  const std::uint64_t media_at =
      before.size() + header + (film.moov_first ? moov_size + film.behind_moov.size() : 0);
  const ByteBuffer moov = movie_box(film, media_at) + film.behind_moov;
  return before + (film.moov_first ? moov + media : media + moov) + film.at_end;
}

ByteBuffer fragmented(const Fragments& f) {
  ByteBuffer head = box("ftyp", to_buffer("iso5") + number(512, 4) + to_buffer("iso5dash"));
  const std::vector<std::uint64_t> sizes(static_cast<std::size_t>(f.count),
                                         fragment(0, 0, f.absolute).size());
  const ByteBuffer moov =
      box("moov", full_box("mvhd", ByteBuffer(96, 0)) +
                      box("mvex", full_box("trex", ByteBuffer(20, 0))) + f.in_moov);
  if (f.index_before_moov) head = head + segment_index(sizes, moov.size());
  head = head + moov;
  if (f.index) head = head + segment_index(sizes, 0);
  ByteBuffer positions =
      number(1, 4) + number(0, 4) + number(static_cast<std::uint64_t>(f.count), 4);
  for (int i = 0; i < f.count; ++i) {
    positions = positions + number(static_cast<std::uint64_t>(i), 8) + number(head.size(), 8) +
                ByteBuffer{1, 1, 1};
    head = head + fragment(i, head.size(), f.absolute);
  }
  if (!f.access) return head;
  const ByteBuffer tfra = full_box("tfra", positions, 1);
  return head + box("mfra", tfra + full_box("mfro", number(8 + tfra.size() + 16, 4)));
}

std::vector<std::string> pointed_at(Bytes file) {
  return Follower(file).run();
}

}  // namespace colophon::testing
