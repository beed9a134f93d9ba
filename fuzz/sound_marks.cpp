// SPDX-License-Identifier: Apache-2.0
// Audible labels: plans for WAV and AIFF carried out and searched, frames of FLAC and MPEG audio,
// tables of M4A, and the detectors on any samples. Nothing here starts the worker.
#include <algorithm>
#include <cstdlib>

#include "marks/marks.hpp"
#include "marks/sound_flac_scan.hpp"
#include "marks/sound_m4a_track.hpp"
#include "marks/sound_mpeg.hpp"
#include "marks/sound_rhythm.hpp"
#include "marks/sound_spoken.hpp"
#include "targets.hpp"

namespace colophon::fuzz {
namespace {

/// The same environment for every input: no worker.
void without_worker() {
  static const bool done = setenv("COLOPHON_MEDIA", "/nonexistent", 1) == 0;
  must(done, "the environment can be set");
}

void plan_and_find(Bytes bytes, std::string_view id) {
  without_worker();
  const Format& format = *find_format(id);
  MemorySource source(bytes);
  MarkDemand demand;
  demand.medium = MarkMedium::Sound;
  demand.at_end = true;
  demand.spoken = {"en"};
  const auto plan = plan_sound_mark(source, format, demand, {});
  (void)find_sound_marks(source, format, {});
  if (!plan || !plan->changes) return;
  MemorySink sink;
  must(execute(source, plan->splice, sink).has_value(), "a plan can be carried out");
  must(sink.bytes().size() == plan->splice.output_size(), "a plan knows its size");
  must(sink.bytes().size() > bytes.size(), "a label takes room");
  MemorySource after(sink.bytes());
  must(find_sound_marks(after, format, {}).has_value(), "a labelled file can be listened to");
}

void flac_frames(Bytes bytes) {
  MemorySource source(bytes);
  const auto found = sound::scan_flac(source, 0);
  if (!found) return;
  for (const auto& place : found->places) must_lie_in({place.at, place.size}, bytes.size());
}

void mpeg_frames(Bytes bytes) {
  const auto header = sound::mpeg_header(bytes);
  if (!header) return;
  (void)sound::main_data_begin(*header, bytes);
  const auto info = sound::info_frame(*header, bytes);
  if (!info) return;
  sound::InfoFacts facts;
  facts.places = {0, 400, 900, 1200};
  facts.delay = 5000;
  must(sound::rewritten(*info, facts).size() == info->bytes.size(), "an info frame keeps its size");
}

void m4a_tables(Bytes bytes) {
  auto tree = sound::read_tree(bytes, {});
  if (!tree) return;
  const auto track = sound::read_aac_track(*tree);
  if (!track) return;
  const auto times = sound::put_packets(
      *tree, *track, {{11, 12}, 50, 1024, 0}, {{13}, 90, 1024, 7},
      [](std::uint64_t position) { return position + 9; }, (bytes.size() & 1U) != 0);
  if (!times) return;
  ByteBuffer out;
  tree->write(out);
  must(out.size() == tree->size(), "a tree knows its size");
}

void listening(Bytes bytes) {
  std::vector<float> samples;
  for (std::size_t i = 0; i + 1 < bytes.size() && i < 40'000; i += 2) {
    samples.push_back(static_cast<float>(static_cast<std::int16_t>(bytes[i] | bytes[i + 1] << 8)) /
                      32768.0F);
  }
  for (const auto& rhythm : sound::find_rhythms(samples)) {
    must(rhythm.begins < rhythm.ends && rhythm.score >= 0 && rhythm.score <= 1,
         "a rhythm has a length and a score");
  }
  (void)sound::find_spoken(samples);
}

ByteBuffer small_wav() {
  ByteBuffer out = to_buffer("RIFF");
  append_le(out, 36 + 400, 4);
  append(out, "WAVEfmt ");
  append_le(out, 16, 4);
  for (const auto& [value, width] :
       {std::pair{1U, 2U}, {1U, 2U}, {8000U, 4U}, {16000U, 4U}, {2U, 2U}, {16U, 2U}}) {
    append_le(out, value, width);
  }
  append(out, "data");
  append_le(out, 400, 4);
  out.resize(out.size() + 400, 7);
  return out;
}

ByteBuffer small_aiff() {
  ByteBuffer out = to_buffer("FORM");
  append_be(out, 4 + 8 + 18 + 8 + 8 + 400, 4);
  append(out, "AIFFCOMM");
  append_be(out, 18, 4);
  append_be(out, 1, 2);
  append_be(out, 200, 4);
  append_be(out, 16, 2);
  append_be(out, 16383 + 12, 2);
  append_be(out, std::uint64_t{8000} << 51, 8);
  append(out, "SSND");
  append_be(out, 8 + 400, 4);
  out.resize(out.size() + 8 + 400, 0);
  return out;
}

ByteBuffer two_frames() {
  sound::FlacHeader like;
  like.rate_code = 9;
  like.size_code = 4;
  const std::vector<std::vector<std::int32_t>> channels(2, std::vector<std::int32_t>(192, 5));
  ByteBuffer out = sound::flac_frame(like, 0, 16, channels);
  append(out, sound::flac_frame(like, 1, 16, channels));
  return out;
}

ByteBuffer xing() {
  ByteBuffer out(417, 0);
  out[0] = 0xFF, out[1] = 0xFB, out[2] = 0x90;
  const ByteBuffer name = to_buffer("Xing");
  std::copy(name.begin(), name.end(), out.begin() + 36);
  out[43] = 15;
  return out;
}

/// A track with nothing in it.
ByteBuffer empty_track() {
  ByteBuffer out;
  append_be(out, 40, 4);
  append(out, "moov");
  append_be(out, 32, 4);
  append(out, "trak");
  append_be(out, 24, 4);
  append(out, "mdia");
  append_be(out, 16, 4);
  append(out, "minf");
  append_be(out, 8, 4);
  append(out, "stbl");
  return out;
}

/// 1000 Hz at 16 kHz, on and off in turns.
ByteBuffer beeps() {
  ByteBuffer out;
  for (std::uint32_t i = 0; i < 16000; ++i) {
    const bool sounds = i / 1920 % 2 == 0, high = i / 8 % 2 == 0;
    append_le(out, !sounds ? 0U : high ? 0x2000U : 0xE000U, 2);
  }
  return out;
}

}  // namespace

void add_sound_marks(std::vector<Target>& all) {
  all.push_back({"marks_wav", [](Bytes bytes) { plan_and_find(bytes, "wav"); },
                 [] { return Seeds{small_wav()}; }});
  all.push_back({"marks_aiff", [](Bytes bytes) { plan_and_find(bytes, "aiff"); },
                 [] { return Seeds{small_aiff()}; }});
  all.push_back({"marks_flac_frames", flac_frames, [] { return Seeds{two_frames()}; }});
  all.push_back({"marks_mpeg_frames", mpeg_frames, [] { return Seeds{xing()}; }});
  all.push_back({"marks_m4a_tables", m4a_tables, [] { return Seeds{empty_track()}; }});
  all.push_back({"marks_listening", listening, [] { return Seeds{beeps()}; }});
}

}  // namespace colophon::fuzz
