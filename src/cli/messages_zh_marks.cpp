// SPDX-License-Identifier: Apache-2.0
// The catalogue of what explicit labels say; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kMarks[] = {
    {"\"{}\" is no number of seconds {}", "“{}”不是秒数（{!}）"},
    {"nor \"whole\"", "也不是 whole"},
    {"between two labels", "两次标识之间"},
    {"there is no place \"{}\"; there are: top-left, top-right, bottom-left, bottom-right, top, "
     "bottom, left, right",
     "没有位置“{}”；可用：top-left、top-right、bottom-left、bottom-"
     "right、top、bottom、left、right"},
    {"the words of an explicit label stand in one line", "显式标识的文字只能是一行"},
    {"an explicit label has at most {} bytes", "显式标识最多 {} 字节"},
    {"\"{}\" is none of start, end and both", "“{}”不是 start、end 或 both"},
    {"\"{}\" is none of rhythm, voice and both", "“{}”不是 rhythm、voice 或 both"},
    {"{}, but profile {} demands {} ({})", "{!}，但配置 {} 要求 {}（{}）"},
    {"the label would stand elsewhere", "标识将位于别处"},
    {"the place asked for is {}", "指定的位置是 {}"},
    {"profile {} demands the label at {}", "配置 {} 要求标识位于 {}"},
    {"{} s were asked for", "指定的时长为 {} 秒"},
    {"another cue was asked for", "指定了另一种提示音"},
    {"{} shows and plays nothing", "{} 不供观看或收听"},
    {"the result was read back and its explicit label is not found; nothing was changed. Please "
     "report this file",
     "回读结果时未找到显式标识；未作任何更改。请报告此文件"},
    {"the file with its explicit label was read back and has lost a label or its structure; "
     "nothing "
     "was changed. Please report this file",
     "回读添加显式标识后的文件时，发现丢失了标识或结构；未作任何更改。请报告此文件"},
};

}  // namespace

std::span<const Translation> mark_messages() {
  return kMarks;
}

}  // namespace colophon::cli
