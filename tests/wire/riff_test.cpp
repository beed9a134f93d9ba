// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "support/riff_builder.hpp"
#include "wire/riff.hpp"

using namespace colophon;
using namespace colophon::testing;
using namespace colophon::wire;
using namespace std::string_view_literals;

namespace {

riff::Form read(Bytes bytes) {
  MemorySource source(bytes);
  const Limits limits;
  riff::Budget budget(limits);
  auto form = riff::read_form(source, 0, budget);
  REQUIRE(form);
  return *form;
}

}  // namespace

TEST_CASE("riff: ids, lists, odd sizes and the tail") {
  const ByteBuffer bytes = riff_form(
      "WAVE", together({riff_chunk("odd ", "abc"), riff_list("INFO", riff_chunk("INAM", "x"))}));
  const riff::Form form = read(bytes);
  CHECK(form.type == fourcc("WAVE"));
  CHECK(form.size_is_right);
  REQUIRE(form.chunks.all.size() == 2);
  CHECK(form.chunks.all[0].whole == Range{12, 12});
  CHECK(form.chunks.all[0].data == Range{20, 3});
  CHECK(form.chunks.all[1].is_list(fourcc("INFO")));
  CHECK(form.chunks.all[1].data == Range{36, 10});
  CHECK(form.chunks.tail == bytes.size());
  CHECK(form.find(fourcc("odd ")) == &form.chunks.all[0]);
  CHECK(form.find(fourcc("none")) == nullptr);
}

TEST_CASE("riff: a forgotten padding byte between chunks") {
  ByteBuffer chunks = riff_chunk("odd ", "abc");
  chunks.back() = 'L';
  append(chunks, "IST\x04\0\0\0INFO"sv);
  const riff::Form form = read(riff_form("WAVE", chunks));
  REQUIRE(form.chunks.all.size() == 2);
  CHECK(form.chunks.all[0].pad_missing);
  CHECK(form.chunks.all[1].is_list(fourcc("INFO")));
}

TEST_CASE("riff: a padding byte that the form does not count belongs to it") {
  ByteBuffer bytes = riff_form("WAVE", riff_chunk("odd ", "abc"));
  store_le(bytes, 4, bytes.size() - 9, 4);
  const riff::Form form = read(bytes);
  CHECK(form.whole.end() == bytes.size());
  CHECK_FALSE(form.chunks.all[0].pad_missing);
}

TEST_CASE("riff: sizes that are no numbers let the last chunk run to the end") {
  for (const auto& [form_size, data_size] :
       {std::pair{0U, 0U}, {0xFFFFFFFFU, 0xFFFFFFFFU}, {0x7FFFF024U, 0x7FFFF000U}}) {
    ByteBuffer bytes = riff_form("WAVE", together({wav_format(), wav_data()}));
    store_le(bytes, 4, form_size, 4);
    store_le(bytes, 40, data_size, 4);
    const riff::Form form = read(bytes);
    CHECK_FALSE(form.chunks.damage);
    CHECK_FALSE(form.size_is_right);
    REQUIRE(form.chunks.all.size() == 2);
    CHECK(form.chunks.all[1].open);
    CHECK(form.chunks.all[1].data == Range{44, 100});
  }
}

TEST_CASE("riff: a header that announces more than there is says how much is missing") {
  ByteBuffer bytes = riff_form("WAVE", together({wav_format(), wav_data()}));
  CHECK(read(bytes).missing == 0);
  store_le(bytes, 4, bytes.size() - 8 + 1000, 4);
  CHECK(read(bytes).missing == 1000);
  store_le(bytes, 4, 0x7FFFF024, 4);  // a number that stands for none
  CHECK(read(bytes).missing == 0);
  ByteBuffer wide = wav64("RF64", together({wav_format(), wav_data()}));
  store_le(wide, 20, wide.size() - 8 + 0x7FFFF024ULL, 8);
  CHECK(read(wide).missing == 0x7FFFF024ULL);
  store_le(wide, 20, UINT64_MAX, 8);
  CHECK(read(wide).missing == 0);
}

TEST_CASE("riff: an empty data chunk in a finished file is empty") {
  const riff::Form form =
      read(riff_form("WAVE", together({riff_chunk("data", ""), riff_chunk("AIGC", "{}")})));
  REQUIRE(form.chunks.all.size() == 2);
  CHECK(form.chunks.all[0].data.size == 0);
}

TEST_CASE("riff: metadata behind the end of the form is found") {
  ByteBuffer bytes = riff_form("WAVE", wav_data());
  append(bytes, riff_chunk("AIGC", "{}"));
  append(bytes, "TAG\x20\x01\0\0\0"sv);
  const riff::Form form = read(bytes);
  CHECK_FALSE(form.size_is_right);
  CHECK(form.find(fourcc("AIGC")) != nullptr);
  CHECK(form.chunks.all.size() == 2);
}

TEST_CASE("riff: 64-bit sizes") {
  ByteBuffer bytes = wav64("RF64", together({wav_format(), wav_data()}));
  store_le(bytes, bytes.size() - 104, 0xFFFFFFFF, 4);
  const riff::Form form = read(bytes);
  CHECK(form.size_is_right);
  CHECK(form.size64 == Range{20, 8});
  CHECK(form.data_size64 == Range{28, 8});
  REQUIRE(form.chunks.all.size() == 3);
  CHECK(form.chunks.all[2].data.size == 100);
  CHECK_FALSE(form.chunks.all[2].open);
}

TEST_CASE("riff: 64-bit sizes near the top of the range are damage, not overflow") {
  for (const std::uint64_t size : {UINT64_MAX - 1, UINT64_MAX - 44, std::uint64_t{1} << 63}) {
    ByteBuffer bytes = wav64("RF64", together({wav_format(), wav_data()}), size);
    store_le(bytes, bytes.size() - 104, 0xFFFFFFFF, 4);
    store_le(bytes, 20, size, 8);
    const riff::Form form = read(bytes);
    REQUIRE(form.chunks.damage);
    CHECK(form.chunks.damage->code == ErrorCode::Truncated);
    CHECK(form.chunks.all.size() == 2);
  }
}

TEST_CASE("riff: a table of 64-bit sizes gives those of other chunks") {
  ByteBuffer ds64(28, 0);
  store_le(ds64, 24, 1, 4);
  append(ds64, "big \x03\0\0\0\0\0\0\0"sv);
  ByteBuffer big = riff_chunk("big ", "abc");
  store_le(big, 4, 0xFFFFFFFF, 4);
  const ByteBuffer bytes =
      riff_form("WAVE", together({riff_chunk("ds64", ds64), big, wav_data()}), "RF64");
  const riff::Form form = read(bytes);
  CHECK_FALSE(form.chunks.damage);
  REQUIRE(form.chunks.all.size() == 3);
  CHECK(form.chunks.all[1].data.size == 3);
}

TEST_CASE("riff: no form, a short form, a LIST without a type") {
  const Limits limits;
  riff::Budget budget(limits);
  for (const std::string_view text : {"RIFX\4\0\0\0WAVE"sv, "RIFF"sv, ""sv}) {
    MemorySource source(as_bytes(text));
    CHECK_FALSE(riff::read_form(source, 0, budget));
  }
  const riff::Form form = read(riff_form("WAVE", riff_chunk("LIST", "ab")));
  REQUIRE(form.chunks.damage);
  CHECK(form.chunks.damage->code == ErrorCode::Malformed);
}

TEST_CASE("riff: an entry that passes the end of its list is damage of the list") {
  ByteBuffer entry = riff_chunk("INAM", "abcd");
  store_le(entry, 4, 40, 4);
  const ByteBuffer bytes = riff_form("WAVE", together({riff_list("INFO", entry), wav_data()}));
  const riff::Form form = read(bytes);
  CHECK_FALSE(form.chunks.damage);
  MemorySource source(bytes);
  const Limits limits;
  riff::Budget budget(limits);
  const auto list = riff::read_list(source, form.chunks.all[0], budget);
  REQUIRE(list);
  REQUIRE(list->damage);
  CHECK(list->damage->code == ErrorCode::Malformed);
}
