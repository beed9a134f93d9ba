// SPDX-License-Identifier: Apache-2.0
#include "marks/sound_remade.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "io/unnamed.hpp"
#include "marks/sound_rhythm.hpp"
#include "media/film_worker.hpp"
#include "wire/ogg.hpp"

namespace colophon::sound {
namespace {

constexpr double kMissing = 0.01;  // seconds

/// FFmpeg's muxer for the container; null: none that keeps what such files hold.
const char* muxer_of(const Format& format) {
  if (format.id == "m4a") return "ipod";
  if (format.id == "ogg") return "ogg";
  return nullptr;
}
bool is_lossless(const std::string& codec) {
  return codec == "alac" || codec == "flac";
}
Failure wrong(std::string why) {
  return fail(ErrorCode::Conflict, std::move(why), "sound");
}

/// The best correlation of two stretches, one of which may begin a little sooner or later.
double likeness(const std::vector<float>& a, const std::vector<float>& b) {
  constexpr int kReach = 160;  // 20 ms
  double best = 0;
  for (int lag = -kReach; lag <= kReach; ++lag) {
    double ab = 0, aa = 1e-9, bb = 1e-9;
    for (std::size_t i = kReach; i + kReach < std::min(a.size(), b.size()); ++i) {
      const double x = a[i];
      const double y = b[i + static_cast<std::size_t>(kReach + lag) - kReach];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    best = std::max(best, ab / std::sqrt(aa * bb));
  }
  return best;
}
double power(const std::vector<float>& samples) {
  double sum = 0;
  for (const float sample : samples) sum += double{sample} * sample;
  return samples.empty() ? 0 : sum / static_cast<double>(samples.size());
}

/// FFmpeg steps over damaged and missing pages without a word.
Status check_pages(Source& source) {
  std::uint64_t at = 0;
  std::optional<wire::ogg::Page> before;
  while (at < source.size()) {
    const wire::ogg::Page page = TRY(wire::ogg::read_page(source, at));
    const bool first = (page.flags & wire::ogg::kFirst) != 0;
    if (!TRY(wire::ogg::check(source, page)) ||
        (before && !first && page.sequence != before->sequence + 1)) {
      return fail(ErrorCode::Malformed, "parts of the sound are damaged or missing", "ogg", at);
    }
    if (before && (first || page.serial != before->serial)) {
      return fail(ErrorCode::Unsupported,
                  "the Ogg file has several streams, or one behind the other, which a label cannot "
                  "be put between",
                  "ogg", at);
    }
    at = page.whole.end();
    before = page;
  }
  if (!before || (before->flags & wire::ogg::kLast) == 0) {
    return fail(ErrorCode::Truncated, "parts of the sound are damaged or missing", "ogg", at);
  }
  return {};
}

}  // namespace

std::optional<Text> RemadeSound::no_middle() const {
  return Text{"in a sound that is coded again as a whole nothing is said again in the middle",
              "整体重新编码的音频中不在中间重复标识"};
}

Result<std::shared_ptr<Source>> RemadeSound::made(Bytes request) {
  const auto file = TRY(UnnamedFile::create());
  // As many pictures of film would take far longer.
  const FilmBudget budget{static_cast<std::uint64_t>(duration_ * 2) + 60, 320, 240, true};
  TRY(film_work(source_, "sound-remake", request, budget,
                [&](worker::Record kind, Bytes bytes) -> Status {
                  if (kind != worker::Record::Write) return {};
                  constexpr std::uint64_t kMost = 1ULL << 40;
                  const auto record = record_of<worker::WriteRecord>(bytes);
                  if (!record || record->at > kMost) return wrong("the new sound is too large");
                  return file->write_at(record->at, slice(bytes, sizeof *record));
                }));
  return TRY(file->take("the new sound"));
}

Status RemadeSound::check_lossless(Source& made, std::uint64_t in_front) {
  const SoundDigest before = TRY(digest_sound(source_, 0, 0));
  const double length = static_cast<double>(before.samples) / rate_;
  if (before.broken > 0 || std::abs(length - duration_) > kMissing) {
    return fail(ErrorCode::Malformed, "parts of the sound are damaged or missing", "sound");
  }
  const SoundDigest after = TRY(digest_sound(made, in_front, before.samples));
  if (after.part != before.whole) {
    return wrong("the programme would not be the same behind the label; nothing is written");
  }
  return {};
}

/// Behind the label stands the same sound, as far as a lossy codec keeps it.
Status RemadeSound::check_lossy(Source& made, double in_front, double behind) {
  constexpr double kLook = 4, kLeast = 0.7, kSilence = 1e-7, kSlack = 0.15;
  const MediaSound first = TRY(media_sound(made, in_front, kLook, kListenRate));
  const double length = static_cast<double>(first.duration_us) / 1e6;
  if (length > 0 && std::abs(length - duration_ - in_front - behind) > kSlack) {
    return wrong("the sound would become longer or shorter than its label makes it");
  }
  for (const double at : {0.0, std::max(0.0, duration_ - kLook - 1)}) {
    const auto old = TRY(hear(at, kLook));
    const auto now = TRY(media_sound(made, in_front + at, kLook, kListenRate)).samples;
    if (power(old) > kSilence && likeness(old, now) < kLeast) {
      return wrong("coding the sound again changes it too much");
    }
  }
  return {};
}

Result<Inserted> RemadeSound::insert(std::span<const Insertion> insertions) {
  const char* muxer = muxer_of(format_);
  if (muxer == nullptr) {
    return fail(ErrorCode::Unsupported,
                std::string(format_.name) +
                    ": no audible label can be put into this container here; convert it to "
                    "WAV, FLAC, MP3 or M4A first");
  }
  if (format_.id == "ogg") TRY(check_pages(source_));
  std::vector<float> front, back;
  for (const Insertion& insertion : insertions) {
    (insertion.moment == Moment::Start ? front : back) = insertion.samples;
  }
  worker::SoundRemakeWork work;
  std::string_view(muxer).copy(work.container.data(), work.container.size() - 1);
  work.rate = rate_;
  work.front = static_cast<std::uint32_t>(front.size());
  work.back = static_cast<std::uint32_t>(back.size());
  ByteBuffer request;
  append_part(request, work);
  for (const auto* samples : {&front, &back}) {
    for (const float sample : *samples) append_part(request, sample);
  }
  Inserted inserted;
  inserted.made = TRY(made(request));
  const double in_front = static_cast<double>(front.size()) / rate_;
  const double behind = static_cast<double>(back.size()) / rate_;
  const bool lossless = is_lossless(first_->codec);
  TRY(lossless ? check_lossless(*inserted.made, front.size())
               : check_lossy(*inserted.made, in_front, behind));
  inserted.splice = identity(inserted.made->size());
  inserted.programme_begins = in_front;
  inserted.duration = duration_ + in_front + behind;
  for (const Insertion& insertion : insertions) {
    inserted.begins.push_back(insertion.moment == Moment::Start ? 0 : in_front + duration_);
  }
  inserted.notes.push_back(
      {"mark-recoded",
       lossless ? Severity::Info : Severity::Warning,
       {lossless ? fmt::format("the whole sound was coded again without loss: {}", why_)
                 : fmt::format("the whole sound was coded again: {}", why_),
        lossless ? fmt::format("整个音频已无损地重新编码：{}", why_)
                 : fmt::format("整个音频已重新编码：{}", why_)},
       std::nullopt});
  return inserted;
}

}  // namespace colophon::sound
