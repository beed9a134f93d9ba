// SPDX-License-Identifier: Apache-2.0
// How fast running text is scanned on one core, beside what memory gives (memchr for a byte that
// does not occur). Without files: 64 MB of English, Chinese and mixed text made of common words.
//   bench_text_scan [FILE...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "text/scan_text.hpp"

namespace {

using namespace colophon;
constexpr std::size_t kSize = 64'000'000;
constexpr int kRounds = 9;

constexpr const char* kEnglish[] = {
    "the",     "of",   "and",     "to",    "in",    "that",  "is",     "was",   "he",     "for",
    "it",      "with", "as",      "his",   "on",    "be",    "at",     "by",    "I",      "this",
    "had",     "not",  "are",     "but",   "from",  "or",    "have",   "an",    "they",   "which",
    "one",     "you",  "were",    "all",   "her",   "she",   "there",  "would", "their",  "we",
    "him",     "been", "has",     "when",  "who",   "will",  "no",     "more",  "if",     "out",
    "said",    "what", "up",      "its",   "about", "than",  "into",   "them",  "can",    "only",
    "other",   "time", "new",     "some",  "could", "these", "two",    "may",   "first",  "then",
    "do",      "any",  "like",    "my",    "now",   "over",  "such",   "our",   "man",    "me",
    "even",    "most", "made",    "after", "also",  "did",   "many",   "off",   "before", "must",
    "well",    "back", "through", "years", "where", "much",  "your",   "way",   "down",   "should",
    "because", "long", "each",    "just",  "state", "those", "people", "too",   "mr",     "how",
    "little",  "good", "world",   "make",  "very",  "year",  "still",  "see",   "work",   "life",
    "again"};
constexpr const char* kChinese[] = {
    "的", "一", "是", "在", "不", "了", "有", "和", "人", "这", "中", "大", "为", "上", "个", "国",
    "我", "以", "要", "他", "时", "来", "用", "们", "生", "到", "作", "地", "于", "出", "就", "分",
    "对", "成", "会", "可", "主", "发", "年", "动", "同", "工", "也", "能", "下", "过", "子", "说",
    "产", "种", "面", "而", "方", "后", "多", "定", "行", "学", "法", "所", "民", "得", "经", "十",
    "三", "之", "进", "着", "等", "部", "度", "家", "电", "力", "里", "如", "水", "化", "高", "自",
    "二", "理", "起", "小", "物", "现", "实", "加", "量", "都", "两", "体", "制", "机", "当", "使",
    "点", "从", "业", "本", "去", "把", "性", "好", "应", "开", "它", "合", "还", "因", "由", "其",
    "些", "然", "前", "外", "天", "政", "四", "日", "那", "社", "义", "事", "平", "形", "相", "全",
    "表", "间", "样", "与", "关", "各", "重", "新", "线", "内", "数", "正", "心", "反", "你", "明",
    "看", "原", "又", "么", "利", "比", "或", "但", "质", "气", "第", "向", "道", "命", "此", "变"};

class Words {
 public:
  std::size_t below(std::size_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ % bound;
  }
  void english(std::string& out) {
    for (std::size_t i = 0, count = 6 + below(14); i < count; ++i) {
      out += kEnglish[below(std::size(kEnglish))];
      out += i + 1 < count ? " " : ". ";
    }
  }
  void chinese(std::string& out) {
    for (std::size_t i = 0, count = 8 + below(20); i < count; ++i) {
      out += kChinese[below(std::size(kChinese))];
    }
    out += below(2) == 0 ? "，" : "。";
  }

 private:
  std::uint64_t state_ = 20260901;
};

std::string make(bool english, bool chinese) {
  std::string text;
  Words words;
  while (text.size() < kSize) {
    if (english) words.english(text);
    if (chinese) words.chinese(text);
    if (words.below(6) == 0) text += "\n\n";
  }
  return text;
}

template <typename Work>
double speed(std::size_t bytes, const Work& work) {
  std::vector<double> rates;
  for (int i = 0; i < kRounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    rates.push_back(static_cast<double>(bytes) / took.count() / 1e9);
  }
  std::nth_element(rates.begin(), rates.begin() + kRounds / 2, rates.end());
  return rates[kRounds / 2];
}

void row(const char* name, const std::string& text) {
  bool found = false;
  volatile int absent = 0x01;
  std::size_t labels = 0;
  const double limit = speed(text.size(), [&] {
    absent = absent == 0x01 ? 0x02 : 0x01;  // a pass of its own each time
    found = std::memchr(text.data(), absent, text.size()) != nullptr || found;
  });
  const auto scan = [&](bool scalar) {
    return speed(text.size(), [&] {
      labels = text::scan_text(as_bytes(text), {.scalar = scalar}).labels.size();
    });
  };
  const double vector = scan(false), scalar = scan(true);
  std::printf("%-24s %8.2f %8.2f %8.2f   %zu labels%s\n", name, limit, vector, scalar, labels,
              found ? " *" : "");
}

}  // namespace

int main(int count, char** arguments) {
  std::printf("%-24s %8s %8s %8s   GB/s, median of %d\n", "", "memchr", "scan", "scalar", kRounds);
  for (int i = 1; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    row(arguments[i], std::string(std::istreambuf_iterator<char>(file), {}));
  }
  if (count > 1) return 0;
  row("English", make(true, false));
  row("Chinese", make(false, true));
  row("both, mixed", make(true, true));
}
