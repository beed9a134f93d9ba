// SPDX-License-Identifier: Apache-2.0
// The catalogue of what is said about labels in films; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kFilm[] = {
    {"the worker colophon-media took too long over this file", "colophon-media 处理此文件时间过长"},
    {"the content of the file cannot be worked on: {}", "无法处理文件的内容：{!}"},
    {"its pictures are damaged", "画面已损坏"},
    {"its pictures are interlaced", "画面为隔行扫描"},
    {"its pictures change their size or kind", "画面的尺寸或类型中途改变"},
    {"there is no picture in the film", "影片中没有画面"},
    {"there is no movie box in the file", "文件中没有 moov box"},
    {"no picture of the film is shown", "影片没有任何画面会被显示"},
    {"pictures of the film lie behind the end of the file; get the whole file",
     "影片的部分画面位于文件末尾之后；请取得完整文件"},
    {"pictures of the film lie outside the media data", "影片的部分画面位于媒体数据之外"},
    {"two pictures or tables of the film share bytes", "影片的两个画面或表共用同一段字节"},
    {"the film's table of {} is damaged", "影片的表（{}）已损坏"},
    {"the film is in fragments, whose pictures cannot be replaced one by one",
     "影片是分片的，无法逐个替换画面"},
    {"the film is described by several sample entries", "影片由多个样本条目描述"},
    {"the film is interlaced", "影片为隔行扫描"},
    {"the pictures of the film have several sizes", "影片的画面有多种尺寸"},
    {"the film's parameters are damaged", "影片的参数已损坏"},
    {"the film's parameters stand among its pictures or are damaged",
     "影片的参数夹在画面之间或已损坏"},
    {"the film uses all numbers of parameter sets", "影片已用完参数集的编号"},
    {"the film has no room for another set of parameters", "影片容不下另一组参数"},
    {"two pictures of the film have one time", "影片的两个画面时间相同"},
    {"a picture of the film is damaged", "影片的一个画面已损坏"},
    {"the film is not the one that was read", "影片已不是读取时的影片"},
    {"coding the pictures again changes them too much ({} dB)",
     "重新编码会使画面改变过多（{} dB）"},
    {"pictures behind the label do not decode to what they were",
     "标识之后的画面解码结果与原来不同"},
    {"the film became one of another kind", "影片变成了另一种类型"},
    {"the film became longer or shorter", "影片的时长发生了变化"},
    {"the film would be shown in another shape", "影片的显示形状会改变"},
    {"coding the film again changes its pictures too much", "重新编码会使影片画面改变过多"},
    {"the label cannot be read in the pictures that were coded again",
     "重新编码的画面中无法读出标识"},
    {"the new film is too large", "新影片过大"},
    {"there is no encoder for its kind of coding here", "此处没有对应的编码器"},
    {"{}: single pictures of a film cannot be replaced here", "{}：此处无法逐个替换影片的画面"},
    {"{}: only pictures of H.264 can be replaced one by one", "{}：只有 H.264 的画面可以逐个替换"},
};

}  // namespace

std::span<const Translation> film_messages() {
  return kFilm;
}

}  // namespace colophon::cli
