// SPDX-License-Identifier: Apache-2.0
#include "support/matroska.hpp"

#include <stdexcept>

namespace colophon::testing::matroska {
namespace {

std::uint32_t slow_crc(Bytes bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

ByteBuffer id_bytes(std::uint32_t id) {
  ByteBuffer out;
  append_be(out, id, id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1);
  return out;
}

ByteBuffer cluster(const Shape& shape, int index, std::uint64_t position) {
  ByteBuffer body = number(0xE7, static_cast<std::uint64_t>(index) * 1000, 2);
  if (shape.cluster_positions) body = body + number(0xA7, position, 4);
  ByteBuffer block{0x81, 0, 0, 0x80};
  block.resize(40 + static_cast<std::size_t>(index) * 7, static_cast<std::uint8_t>('a' + index));
  body = body + element(0xA3, block) + element(0xA3, block);
  return shape.open_clusters ? open_element(0x1F43B675, body) : element(0x1F43B675, body);
}

struct Positions {
  std::uint64_t info = 0, front_tags = 0, end_tags = 0, cues = 0;
  std::vector<std::uint64_t> clusters;
};

ByteBuffer seek(const Shape& shape, std::uint32_t id, std::uint64_t position) {
  return element(0x4DBB,
                 element(0x53AB, id_bytes(id)) + number(0x53AC, position, shape.position_width));
}

bool are_tags(const ByteBuffer& bytes) {
  return bytes.size() > 4 && load_be(bytes, 0, 4) == 0x1254C367;
}

/// The Segment's data for these positions; fills them with where things really stand.
ByteBuffer segment(const Shape& shape, Positions& at) {
  ByteBuffer out = shape.before_all;
  if (shape.seek_head) {
    ByteBuffer seeks = seek(shape, 0x1549A966, at.info);
    if (are_tags(shape.before_clusters)) seeks = seeks + seek(shape, 0x1254C367, at.front_tags);
    if (are_tags(shape.at_end)) seeks = seeks + seek(shape, 0x1254C367, at.end_tags);
    if (shape.cues) seeks = seeks + seek(shape, 0x1C53BB6B, at.cues);
    out = out + sealed(0x114D9B74, seeks);
    if (shape.behind_seek_head > 0) out = out + padding(shape.behind_seek_head);
  }
  ByteBuffer cues;
  for (std::size_t i = 0; i < at.clusters.size(); ++i) {
    cues =
        cues + element(0xBB, number(0xB3, i * 1000, 2) +
                                 element(0xB7, number(0xF7, 1, 1) + number(0xF1, at.clusters[i],
                                                                           shape.position_width)));
  }
  cues = element(0x1C53BB6B, cues);
  at.info = out.size();
  out = out + element(0x1549A966, number(0x2AD7B1, 1000000, 3) + element(0x7BA9, "A film") +
                                      element(0x4D80, "tests") + element(0x5741, "tests"));
  out = out + element(0x1654AE6B, element(0xAE, number(0xD7, 1, 1) + number(0x73C5, 1, 1)));
  const auto put_cues = [&] {
    at.cues = out.size();
    out = out + cues;
  };
  if (shape.cues && shape.cues_in_front) put_cues();
  at.front_tags = out.size();
  out = out + shape.before_clusters;
  for (std::size_t i = 0; i < at.clusters.size(); ++i) {
    at.clusters[i] = out.size();
    out = out + cluster(shape, static_cast<int>(i), out.size());
  }
  if (shape.cues && !shape.cues_in_front) put_cues();
  at.end_tags = out.size();
  return out + shape.at_end;
}

struct Head {
  std::uint32_t id = 0;
  bool open = false;
  std::size_t data = 0, end = 0;
};
Head head(Bytes file, std::size_t at, std::size_t end) {
  const auto width = [&](std::size_t where) {
    if (where >= end || file[where] == 0) throw std::runtime_error("no element");
    unsigned n = 1;
    while ((file[where] >> (8 - n) & 1) == 0) ++n;
    if (where + n > end) throw std::runtime_error("a cut element");
    return n;
  };
  const unsigned id_width = width(at);
  const unsigned size_width = width(at + id_width);
  const std::uint64_t mask = (1ULL << 7 * size_width) - 1;
  const std::uint64_t size = *load_be(file, at + id_width, size_width) & mask;
  const std::size_t data = at + id_width + size_width;
  const bool open = size == mask;
  if (!open && size > end - data) throw std::runtime_error("an element passes its parent");
  return {static_cast<std::uint32_t>(*load_be(file, at, id_width)), open, data,
          open ? end : data + static_cast<std::size_t>(size)};
}

class Pointers {
 public:
  explicit Pointers(Bytes file) : file_(file) {}
  std::vector<std::string> run() {
    const Head header = head(file_, 0, file_.size());
    const Head segment = head(file_, header.end, file_.size());
    start_ = segment.data;
    end_ = segment.end;
    walk(segment.data, segment.end);
    return std::move(found_);
  }

 private:
  void walk(std::size_t at, std::size_t end) {
    std::uint64_t seek_id = 0;
    for (; at < end;) {
      const Head child = head(file_, at, end);
      const auto value = [&] {
        return *load_be(file_, child.data, static_cast<unsigned>(child.end - child.data));
      };
      switch (child.id) {
        case 0x53AB:
          seek_id = value();
          break;
        case 0x53AC:
          if (seek_id != 0x1254C367) follow("seek", value());
          if (seek_id == 0x1254C367 && head(file_, start_ + value(), end_).id != seek_id) {
            throw std::runtime_error("an entry for Tags leads elsewhere");
          }
          break;
        case 0xF1:
          follow("cue", value());
          break;
        case 0xA7:
          follow("cluster", value());
          break;
        case 0x1F43B675:
        case 0x114D9B74:
        case 0x4DBB:
        case 0x1C53BB6B:
        case 0xBB:
        case 0xB7:
          walk(child.data, child.end);
          if (child.open) return;
          break;
        default:
          break;
      }
      at = child.end;
    }
  }
  void follow(const std::string& what, std::uint64_t position) {
    const Head target = head(file_, start_ + static_cast<std::size_t>(position), end_);
    std::string text = what + " " + std::to_string(target.id);
    // The time and the blocks; a cluster's own position may differ.
    if (target.id == 0x1F43B675) text += to_string(slice(file_, target.data, 4));
    found_.push_back(text);
  }

  Bytes file_;
  std::size_t start_ = 0, end_ = 0;
  std::vector<std::string> found_;
};

}  // namespace

ByteBuffer operator+(ByteBuffer a, const ByteBuffer& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

ByteBuffer element(std::uint32_t id, const ByteBuffer& data, unsigned width) {
  if (width == 0) {
    for (width = 1; data.size() > (1ULL << 7 * width) - 2;) ++width;
  }
  ByteBuffer out = id_bytes(id);
  append_be(out, data.size() | 1ULL << 7 * width, width);
  return out + data;
}
ByteBuffer element(std::uint32_t id, std::string_view text) {
  return element(id, to_buffer(text));
}
ByteBuffer open_element(std::uint32_t id, const ByteBuffer& data, unsigned width) {
  ByteBuffer out = id_bytes(id);
  append_be(out, (1ULL << (7 * width + 1)) - 1, width);
  return out + data;
}
ByteBuffer number(std::uint32_t id, std::uint64_t value, unsigned width) {
  ByteBuffer data;
  append_be(data, value, width);
  return element(id, data);
}
ByteBuffer padding(std::size_t size) {
  return size <= 128 ? element(0xEC, ByteBuffer(size - 2, 0))
                     : element(0xEC, ByteBuffer(size - 9, 0), 8);
}
ByteBuffer sealed(std::uint32_t id, const ByteBuffer& data) {
  ByteBuffer crc;
  append_le(crc, slow_crc(data), 4);
  return element(id, element(0xBF, crc) + data);
}

ByteBuffer simple_tag(std::string_view name, std::string_view value, const ByteBuffer& more) {
  return element(0x67C8, element(0x45A3, name) + element(0x4487, value) + more);
}
ByteBuffer tag(const ByteBuffer& simple_tags, const ByteBuffer& targets) {
  return element(0x7373, element(0x63C0, targets) + simple_tags);
}
ByteBuffer tags(const ByteBuffer& content) {
  return sealed(0x1254C367, content);
}

ByteBuffer movie(const Shape& shape) {
  Positions positions;
  positions.clusters.resize(static_cast<std::size_t>(shape.clusters));
  (void)segment(shape, positions);
  const ByteBuffer data = segment(shape, positions);
  const ByteBuffer header =
      element(0x1A45DFA3, number(0x4286, 1, 1) + number(0x42F7, 1, 1) + number(0x42F2, 4, 1) +
                              number(0x42F3, 8, 1) + element(0x4282, shape.doc_type) +
                              number(0x4287, 4, 1) + number(0x4285, 2, 1));
  return header +
         (shape.open_segment ? open_element(0x18538067, data, shape.segment_width)
                             : element(0x18538067, data, shape.segment_width)) +
         shape.behind;
}

std::vector<std::string> pointed_at(Bytes file) {
  return Pointers(file).run();
}

}  // namespace colophon::testing::matroska
