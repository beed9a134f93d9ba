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
    {"{}: this version puts no visible label into it", "{}：此版本不向其中添加可见标识"},
    {"the text is neither UTF-8 nor UTF-16, so it is not known how its letters are stored; convert "
     "it "
     "first, for example with \"iconv -f GB18030 -t UTF-8\"",
     "文本既不是 UTF-8 也不是 UTF-16，无法确定编码；请先转换，例如用 iconv -f GB18030 -t UTF-8"},
    {"a file of this kind (.{}) is read by programs, which a sentence in it would disturb",
     "此类文件（.{}）由程序读取，插入句子会破坏它"},
    {"it looks like markup or data, which a sentence in it would disturb",
     "内容像标记或数据，插入句子会破坏它"},
    {"it is a program in a language whose comments are not known here",
     "这是一种程序，此处不了解其注释写法"},
    {"the front matter of this Markdown is never closed", "Markdown 的 front matter 没有结束"},
    {"this Markdown starts with JSON front matter, or an expression",
     "Markdown 以 JSON front matter 或表达式开头"},
    {"this Markdown ends inside a block of code that is never closed",
     "Markdown 在未结束的代码块中结束"},
    {"this Markdown ends inside a comment that is never closed", "Markdown 在未结束的注释中结束"},
    {"the page ends inside a tag, a comment or a script", "网页在标签、注释或脚本中间结束"},
    {"the page is a set of frames and has no body", "网页是框架集，没有正文"},
    {"the body of the page is empty", "网页正文为空"},
    {"the file holds no subtitle with times", "文件中没有带时间的字幕"},
    {"the document's text is not stored as UTF-8", "文档的文本不是以 UTF-8 存储"},
    {"the document has no part \"{}\"", "文档中没有“{}”部分"},
    {"the document carries a digital signature, which a stamp would make look broken; label it "
     "before "
     "it is signed",
     "文档带有数字签名，添加图章会使其显示为无效；请在签名前添加标识"},
    {"a page has no size", "页面没有尺寸"},
    {"a page has an odd size", "页面尺寸异常"},
    {"a page is no object of its own", "页面不是独立对象"},
    {"the document has no page that can be found", "找不到文档的页面"},
    {"the JSON document is not stored as UTF-8", "JSON 文档不是以 UTF-8 存储"},
    {"the JSON document holds no answer of a model that a person would read",
     "JSON 文档中没有供人阅读的模型回答"},
    {"the events are not stored as UTF-8", "事件流不是以 UTF-8 存储"},
    {"the events hold no answer of a model", "事件流中没有模型的回答"},
    {"some of the answers have a label already, and the others lack it",
     "部分回答已有标识，其余没有"},
    {"the package names no document", "文件包未指明文档"},
    {"the document has no body", "文档没有正文"},
    {"a label at the end of a book is not put by this version", "此版本不在书末添加标识"},
    {"check reads files, no standard input", "check 只读取文件，不读取标准输入"},
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
