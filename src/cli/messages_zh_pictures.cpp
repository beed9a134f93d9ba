// SPDX-License-Identifier: Apache-2.0
// The catalogue of what drawing labels into pictures says; a test finds each entry in the sources.
#include "cli/messages.hpp"

namespace colophon::cli {
namespace {

constexpr Translation kPictures[] = {
    {"no font on this machine can draw {}: install a font that has these letters (and "
     "fontconfig), or use another text",
     "本机没有字体能绘制 {}：请安装含有这些文字的字体（以及 fontconfig），或改用其他文字"},
    {"the label's text is not UTF-8", "标识文字不是 UTF-8"},
    {"the label has no text", "标识没有文字"},
    {"{} x {} pixels are too small for a label that can be read: it needs letters of {} pixels",
     "{} x {} 像素太小，放不下可读的标识：文字至少需要 {} 像素高"},
    {"JPEG files of 12 bits cannot be labelled", "无法在 12 位 JPEG 文件上绘制标识"},
    {"the JPEG picture is too large to be labelled", "JPEG 图片太大，无法绘制标识"},
    {"this kind of JPEG compression cannot be labelled", "无法在这种压缩方式的 JPEG 上绘制标识"},
    {"the scans of the JPEG file are damaged or end early; it is left as it is",
     "JPEG 文件的扫描数据损坏或不完整；文件保持原样"},
    {"a JPEG file with colours of an unknown kind", "JPEG 文件的颜色类型未知"},
    {"the pixels of the PNG file are damaged or end early; it is left as it is",
     "PNG 文件的像素数据损坏或不完整；文件保持原样"},
    {"the PNG file ends before its last chunk", "PNG 文件在最后一个数据块之前结束"},
    {"a chunk passes the end of the PNG file", "有数据块超出 PNG 文件末尾"},
    {"the PNG file does not begin with IHDR", "PNG 文件不是以 IHDR 开头"},
    {"the PNG file has too many chunks", "PNG 文件的数据块过多"},
    {"an fdAT chunk stands where no frame is", "fdAT 数据块处没有对应的帧"},
    {"IHDR names a kind of PNG that there is not", "IHDR 给出了不存在的 PNG 类型"},
    {"an fcTL chunk of another size", "fcTL 数据块的大小不对"},
    {"a frame of the APNG passes its sides", "APNG 的某一帧超出画面"},
    {"a frame of the APNG has no pixels", "APNG 的某一帧没有像素"},
    {"the PNG file has no pixels", "PNG 文件没有像素"},
    {"the palette of the picture is full, and no two of its colours could be told apart as a "
     "label; convert the picture to true colour",
     "图片的调色板已满，且没有两种颜色的反差足以作标识；请将图片转换为真彩色"},
    {"the picture has one colour and a transparent one; a label needs two",
     "图片只有一种颜色和一种透明色；标识需要两种颜色"},
    {"the pixels of the WebP file are damaged or end early; it is left as it is",
     "WebP 文件的像素数据损坏或不完整；文件保持原样"},
    {"the WebP picture is too large to be labelled", "WebP 图片太大，无法绘制标识"},
    {"the WebP picture could not be coded again", "WebP 图片无法重新编码"},
    {"there is no PLTE in the PNG file", "PNG 文件缺少 PLTE"},
    {"the images of the GIF file are damaged or end early; it is left as it is",
     "GIF 文件的图像数据损坏或不完整；文件保持原样"},
    {"the GIF animation is too large to be labelled", "GIF 动画太大，无法绘制标识"},
    {"BMP files {} cannot be labelled", "无法在此类 BMP 文件上绘制标识（{!}）"},
    {"that hold another format", "内含其他格式"},
    {"with compression", "使用压缩"},
    {"without their palette", "缺少调色板"},
    {"the root element is not svg", "根元素不是 svg"},
    {"the SVG tells neither a viewBox nor a width and height, so that nobody knows where its "
     "edges are",
     "SVG 既没有 viewBox，也没有宽度和高度，无法得知画面边缘的位置"},
    {"the SVG ends before its root element does", "SVG 在根元素结束之前就结束了"},
    {"the animation clears the place of the label and paints only a part of it anew; choose "
     "another place for the label",
     "动画会清除标识所在位置，之后只重绘其中一部分；请为标识另选位置"},
};

}  // namespace

std::span<const Translation> picture_messages() {
  return kPictures;
}

}  // namespace colophon::cli
