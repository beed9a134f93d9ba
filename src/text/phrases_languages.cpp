// SPDX-License-Identifier: Apache-2.0
// What each language says around a label: who is meant, what is denied, asked or explained.
#include <cstdint>

#include "text/phrases_table.hpp"

namespace colophon::text {
namespace {

constexpr LanguageText kLanguages[] = {
    {.language = "zh",
     .self = "本项目|本仓库|本代码|此代码|本网站|本教材|该图片|该视频|该回答|本文|本内容|本篇|本页|"
             "本页面|本文档|本报告|本回答|本答案|以上内容|上述内容|以下内容|"
             "该内容|此内容|本视频|"
             "本图|本图片|本作品|全文|部分内容|此文|此文档|这篇文章|这段文字|该文|该文章|本文章|"
             "以上回答|以上信息|本稿|本摘要|"
             "本译文|本网页|本站内容|本资料|本小说|本章|本產品內容|本內容|以上內容|本文件|本條目|"
             "本条目|所有内容|回复内容|"
             "以上文字|以上文本|本文本|本文内容|本帖|本篇文章|本报道|本笔记|本教程|本手册|本说明|"
             "本次回答|本消息|本邮件|本结果|"
             "以上结果|以上答案|以上回复|以上报告|文中图片|文中内容|本音频|本节目|此回答|此图片|"
             "此视频|此页面|此邮件|此消息",
     .weak = "内容|内容均|内容全部|內容|文章|文本|图片|圖片|视频|影片|回答|答案|封面|配图|题图|"
             "插图|译文|摘要|总结|正文|作品|"
             "文字|回复|报告|结果|部分内容|音频|文案|图像|音乐|代码|素材",
     .negation =
         "不是|并非|並非|非|未|没有|沒有|不|无|無|绝非|禁止|拒绝|严禁|勿|别|而非|而不是|避免",
     .after = "吗|嗎|与否|是否|？|?|不是|还是",
     .topic = "如果|若|是否|假如|请勿|应当|應當|必须|須|检测|识别|鉴别|标注|標註|标识为|标记|声明|"
              "要求|规定|避免|如何|怎样|"
              "怎么|判断|什么是|区分|添加|勾选|选择|介绍|讨论|探讨|研究|分析|关于|認為|认为|所谓|"
              "例如|比如|包括|用户|平台|利用的|讲解|"
              "上传|发布者|他人|对于|针对|凡|当|只要|一旦|可以|能够|支持|帮助|学会|教你|学习|法律|"
              "责任|版权|监管|治理|趋势|时代",
     .edited = "辅助|輔助|协助|润色|翻译|翻譯|改写|编辑|校对|整理",
     .possible = "可能|或许|也许|或為|或为",
     .suspected = "疑似|疑为|怀疑|涉嫌",
     .nouns = "内容|內容|图片|圖片|图像|视频|影片|文章|文本|文字|摘要|回答|答案|配图|封面|音频|"
              "总结|合成内容|作品|翻译|译文|图|的"},
    {.language = "ja",
     .self = "本書類|このコード|本プロジェクト|このプログラム|このスクリプト|この提案|この記事|"
             "本記事|この文書|このドキュメント|このページ|この文章|本文|このテキスト|"
             "この画像|この回答|この要約|"
             "本コンテンツ|このコンテンツ|このサイト|この翻訳|この動画|この投稿|本文書|本ページ|"
             "本稿|本資料|この資料|このレポート|"
             "本レポート|この作品|本作品|以上の内容|上記の内容|以下の内容|本サイト|このメール|"
             "この説明|この解説|このブログ",
     .weak = "記事|文章|画像|コンテンツ|内容|回答|要約|翻訳|本文|イラスト|動画",
     .negation = "非|未|ではなく|なく",
     .after = "ていません|ていない|ではありません|ではない|されず|せず|じゃない|か？|でしょうか|"
              "ません|ものではありません|か?",
     .topic = "もし|場合|かどうか|必要|べき|方法|検出|判定|見分け|とは|について|禁止|ルール|規約|"
              "たら|れば|表示すること|明記|リスク|技術",
     .edited = "支援|補助|翻訳|校正|編集|一部",
     .possible = "可能性|かもしれ",
     .suspected = "疑い|と思われ|と見られ|疑われ",
     .nouns = "コンテンツ|画像|記事|文章|テキスト|要約|動画|イラスト|です|しました|されました|"
              "された|翻訳",
     .endings = "された|されました|されています|されている|されてい|されたものです|したものです|"
                "しました|しています|している|した|です|する|しております|されております|済み|"
                "コンテンツです|れました|れています|れた|されたコンテンツです|された記事です|"
                "された画像です|した画像です|した文章です|された文章です|されたものであり|しており|"
                "されており|により|されたテキストです|ました"},
    {.language = "ko",
     .self = "이 글|이 문서|본 콘텐츠|이 콘텐츠|본 게시물|이 게시물|이 기사|본 기사|이 요약|이 "
             "이미지|본문|본 글|이 페이지|"
             "이 번역|본 문서|이 내용|본 내용|위 내용|이 답변|이 영상|본 영상|이 텍스트|이 "
             "보고서|본 자료|이 자료|해당 콘텐츠|이 포스트|이 그림",
     .weak = "내용은|내용이|이미지는|콘텐츠는|글은|기사는|본문은|콘텐츠|이미지|영상",
     .negation = "아닌|않은",
     .after = "지 않|되지 않|않았|아닙니다|아니|아닌|까요|나요|습니까|?",
     .topic =
         "만약|경우|여부|해야|방법|감지|탐지|판별|대한|관한|금지|규정|하면|이란|시대|기술|위험",
     .edited = "번역|편집|도움|보조|일부",
     .possible = "가능성|수 있습니다|수도",
     .suspected = "의심|추정",
     .nouns = "콘텐츠|이미지|기사|글|텍스트|요약|영상|물|됨|되었|된|번역|그림",
     .endings = "되었습니다|되었음|됨|됐습니다|하였습니다|했습니다|했음|함|되었다|됐다|했다|된 "
                "것입니다|한 것입니다|된 콘텐츠입니다|된 글입니다|된 이미지입니다|된 문서입니다|된 "
                "내용입니다|된 요약입니다|한 글입니다|한 "
                "이미지입니다|었습니다|어졌습니다|들었습니다|들어졌습니다|된 콘텐츠|된 "
                "이미지|입니다|하였음|되었으며|되었고|했으며"},
    {.language = "en",
     .self = "this readme|this analysis|this notebook|this function|this recipe|this list|this "
             "course|this lesson|this digest|this briefing|this conversation|this reply|this "
             "comment|this issue|this pull request|this changelog|this article|this text|this "
             "page|this document|this content|this post|this "
             "summary|this translation|"
             "this image|this video|this report|this message|this response|this answer|this "
             "website|this site|"
             "this file|this essay|this story|this book|this chapter|this email|this "
             "transcript|this output|"
             "this overview|this description|this documentation|this readme|this guide|this "
             "blog|this work|"
             "this material|this wiki|this entry|this section|this piece|this newsletter|this "
             "code|this project|this script|"
             "this repository|this poem|this paper|this review|this tutorial|this audio|this "
             "song|this picture|"
             "this illustration|this commit|this audio|this news|these images|these notes|these "
             "results|the above text|the above content|the following text|"
             "the following content|above content|the content above|the text "
             "above|the content on this page|"
             "the text on this page|content on this page|the images on this page|parts of "
             "this|portions of this|"
             "some of this|all text in this|all images in this|the images in this|the text of "
             "this|the content of this",
     .weak =
         "readme|readme content|readme markup|readme.md|translations|commit "
         "message|content|text|article|image|images|summary|translation|response|answer|post|audio|"
         "video|photo|illustration|"
         "cover|cover "
         "image|artwork|caption|description|transcript|document|report|code|message|answers|"
         "all content|"
         "all images|some content|it "
         "was|was|were|notes|news|page|documentation|art|music|voice|overview|"
         "featured image|header image|image credit",
     .negation = "not|never|no|without|isn't|wasn't|aren't|weren't|n't|cannot|neither|nor|non|un|"
                 "nothing|none|hardly|"
                 "rather than|instead of|don't|doesn't|didn't|zero",
     .after = "or not|?|not by",
     .topic = "if|whether|when|unless|how|why|detect*|identif*|policy|policies|prohibit*|ban|"
              "banned|must|should|shall|"
              "please|label*|mark|marked|flag*|checkbox|spot|avoid*|remove|claims|claimed|says|"
              "said|discuss*|explain*|about|"
              "compare*|distinguish*|tell|that are|which "
              "are|who|study|studies|surveys|considers|covers|presents|shows|reports|research*|"
              "explor*|describe*|examin*|example|"
              "examples|called|so called|such "
              "as|like|sound|sounds|look|looks|rules|rule|require*|accept*|submit*|"
              "any|every|each|allow*|can be|could be "
              "written|users|people|sue*|lawsuit*|trained|support*|dataset|rights|copyright*|risk*|"
              "problem*|threat*|"
              "disclose|declare|reject*|review of|collection of|list of|against",
     .edited =
         "translation service|translation tool|translation "
         "tools|translated|edited|assisted|enhanced|polished|proofread|aided|supported|modified|"
         "manipulated|help of|"
         "help from|assistance|aid of|co written|co authored|partly|partially|in part|parts "
         "of|portions of",
     .possible = "may|might|could|possibly|can",
     .suspected = "suspected|likely|probably|appears to|seems|believed",
     .nouns =
         "content|text|image|images|summary|translation|video|article|response|audio|illustration|"
         "overview|answer|transcript|photo|artwork|voice|message|description|captions|notes|post|"
         "music|picture|media|document|report",
     .linking = "was|were|is|are|has|have|had|may|might|could|been|being|be|contains|contain|"
                "includes|include|uses|likely|probably|partly|fully|entirely|largely|appears|seems|"
                "originally|automatically|mostly"},
    {.language = "fr",
     .self = "ce texte|cet article|ce document|cette page|ce contenu|cette image|ce résumé|cette "
             "traduction|cette vidéo|"
             "ce message|cette réponse|ces images|ce site|ce billet|ce rapport|cette "
             "illustration|ce compte rendu|cette fiche|"
             "le présent texte|le présent document|cette description|ces textes|ce livre|cet "
             "audio|cette photo",
     .weak = "contenu|texte|article|image|images|résumé|traduction|illustration|réponse|vidéo|"
             "photo|document|le contenu|"
             "visuel|couverture|voix|audio|description",
     .negation = "pas|non|jamais|aucun|aucune|sans|ni|n'est|n'a|ne",
     .after = "ou non|?",
     .topic = "si|comment|détect*|doit|doivent|lorsque|quand|pourquoi|explique*|parle|politique|"
              "interdit*|signaler|étiquet*|"
              "mentionner|faut|savoir|reconnaître|qui|que|dont|exemple|contre|pour|risque*",
     .edited = "traduction|traduit*|assisté*|édité*|corrigé*|en partie|partiellement|aide d'",
     .possible = "peut être|pourrait|possiblement|peut",
     .suspected = "probablement|soupçonné|semble|vraisemblablement",
     .nouns = "",
     .linking = "a|est|sont|ont|été|peut|contient|fut|automatiquement|entièrement|être"},
    {.language = "de",
     .self = "dieser text|dieser artikel|dieses dokument|diese seite|dieser inhalt|dieser "
             "beitrag|dieses bild|"
             "diese zusammenfassung|diese übersetzung|diese antwort|dieses video|diese "
             "inhalte|diese nachricht|"
             "diese webseite|diese website|dieser bericht|diese grafik|diese abbildung|dieser "
             "blogbeitrag|diese beschreibung|"
             "diese bilder|dieses foto|dieses buch|der vorliegende text|teile dieses|die bilder "
             "auf dieser|dieses audio",
     .weak = "inhalt|inhalte|text|texte|bild|bilder|artikel|beitrag|zusammenfassung|übersetzung|"
             "antwort|illustration|foto|"
             "titelbild|symbolbild|beitragsbild|video|die inhalte|alle "
             "inhalte|grafik|stimme|audio|beschreibung",
     .negation = "nicht|kein|keine|keinen|nie|niemals|ohne|weder|statt|nichts",
     .after = "?|oder nicht|werden müssen",
     .topic = "wenn|falls|ob|wie|erkennen|erkennung|muss|müssen|soll|sollte|dürfen|darf|warum|"
              "erklärt|handelt|verbot*|"
              "kennzeichn*|dass|gegen|beispiel|urheberrecht*|risik*",
     .edited = "übersetzung*|übersetzt*|bearbeitet*|unterstützt*|unterstützung|gestützt*|"
               "assistiert*|teilweise|teile",
     .possible = "möglicherweise|könnte|kann|eventuell",
     .suspected = "vermutlich|wahrscheinlich|mutmaßlich|scheint",
     .nouns =
         "inhalt|inhalte|bild|bilder|text|texte|zusammenfassung|übersetzung|video|illustration",
     .linking = "wurde|wurden|ist|sind|wird|werden|enthält|enthalten|kann|könnte|basiert"},
    {.language = "es",
     .self = "este análisis|esta guía|este código|este archivo|este texto|este artículo|este "
             "contenido|este documento|esta página|esta imagen|este "
             "resumen|esta traducción|"
             "esta respuesta|este video|este vídeo|este mensaje|este informe|esta publicación|este "
             "sitio|esta entrada|"
             "estas imágenes|esta ilustración|este audio|este libro|esta descripción|esta nota|el "
             "presente texto|esta noticia",
     .weak = "contenido|texto|artículo|imagen|imágenes|resumen|traducción|respuesta|ilustración|"
             "foto|video|vídeo|el contenido|"
             "audio|portada|nota|documento|descripción",
     .negation = "no|nunca|sin|ningún|ninguna|ni|jamás|tampoco",
     .after = "o no|?",
     .topic = "si|cómo|detect*|debe|deben|cuando|por "
              "qué|explica*|política|prohib*|etiquet*|suene|parezca|que|quien|ejemplo|"
              "contra|sobre|riesgo*|derechos",
     .edited = "traducción|traducid*|asistid*|editad*|con ayuda|asistencia|parcialmente|en parte",
     .possible = "puede|podría|posiblemente|quizá",
     .suspected = "probablemente|sospech*|parece|presunt*",
     .nouns = "",
     .linking = "fue|fueron|ha|han|es|son|está|están|sido|puede|podría|contiene|ser"},
    {.language = "pt",
     .self = "este texto|este artigo|este conteúdo|este documento|esta página|esta imagem|este "
             "resumo|esta tradução|"
             "esta resposta|este vídeo|esta mensagem|este relatório|esta publicação|este site|este "
             "post|estas imagens|"
             "esta ilustração|esse texto|esse conteúdo|esta matéria|este material|esta "
             "descrição|este livro|esta notícia|este áudio",
     .weak = "conteúdo|texto|artigo|imagem|imagens|resumo|tradução|resposta|ilustração|foto|vídeo|"
             "o conteúdo|áudio|capa|"
             "documento|descrição",
     .negation = "não|nunca|sem|nenhum|nenhuma|nem|jamais",
     .after = "ou não|?",
     .topic = "se|como|detect*|deve|devem|quando|por "
              "que|explica*|política|proib*|rotul*|que|quem|exemplo|contra|sobre|risco*|direitos",
     .edited = "tradução|traduzid*|assistid*|editad*|ajuda|auxílio|parcialmente|em parte|apoio",
     .possible = "pode|poderia|possivelmente|talvez",
     .suspected = "provavelmente|suspeit*|parece",
     .nouns = "",
     .linking = "foi|foram|é|são|está|estão|sido|pode|poderia|contém|ser"},
    {.language = "it",
     .self = "questo testo|questo articolo|questo contenuto|questo documento|questa pagina|questa "
             "immagine|"
             "questo riassunto|questa traduzione|questa risposta|questo video|questo "
             "messaggio|queste immagini|"
             "questo sito|questo post|questa illustrazione|il presente testo|questa "
             "relazione|questo libro|questa descrizione",
     .weak = "contenuto|testo|articolo|immagine|immagini|riassunto|traduzione|risposta|"
             "illustrazione|foto|video|il contenuto|audio",
     .negation = "non|mai|senza|nessun|nessuna|né",
     .after = "o no|o meno|?",
     .topic = "se|come|rilev*|deve|devono|quando|perché|spiega*|politica|viet*|etichett*|che|chi|"
              "esempio|contro|su|rischi*|diritti",
     .edited = "traduzione|tradott*|assistit*|modificat*|aiuto|ausilio|in parte|parzialmente",
     .possible = "può|potrebbe|possibilmente|forse",
     .suspected = "probabilmente|sospett*|sembra",
     .nouns = "",
     .linking = "è|sono|stato|stata|stati|state|può|potrebbe|contiene|essere"},
    {.language = "nl",
     .self = "deze tekst|dit artikel|deze inhoud|dit document|deze pagina|deze afbeelding|deze "
             "samenvatting|"
             "deze vertaling|dit bericht|deze content|dit antwoord|deze video|deze website|dit "
             "verslag|deze illustratie|"
             "deze beschrijving|deze afbeeldingen|dit rapport|deze foto|dit boek",
     .weak = "inhoud|tekst|artikel|afbeelding|afbeeldingen|samenvatting|vertaling|antwoord|"
             "illustratie|foto|video|content|beeld",
     .negation = "niet|geen|nooit|zonder|noch",
     .after = "?|of niet",
     .topic = "als|indien|of|hoe|detect*|moet|moeten|wanneer|waarom|uitleg*|beleid|verbod*|label*|"
              "die|over|tegen|voorbeeld|risico*",
     .edited = "vertaaldienst|vertalingsdienst|vertaald*|bewerkt*|ondersteund*|ondersteuning|hulp|"
               "deels|gedeeltelijk",
     .possible = "mogelijk|kan|misschien",
     .suspected = "waarschijnlijk|vermoedelijk|lijkt",
     .nouns = "inhoud|tekst|afbeelding|content|beeld|samenvatting|video",
     .linking = "is|zijn|werd|werden|kan|bevat|wordt|geworden"},
    {.language = "ru",
     .self = "этот текст|эта статья|данный текст|данная статья|этот материал|данный материал|этот "
             "документ|это изображение|"
             "этот контент|данный контент|эта страница|этот перевод|этот ответ|это видео|эта "
             "публикация|этот пост|"
             "настоящий текст|это сообщение|эта иллюстрация|этот отчет|данное изображение|это "
             "резюме|эти изображения|эта новость",
     .weak = "текст|статья|изображение|изображения|контент|перевод|ответ|иллюстрация|материал|фото|"
             "видео|содержание|картинка|обложка",
     .negation = "не|без|ни|никогда|нет",
     .after = "?|или нет",
     .topic = "если|как|обнаруж*|распозна*|должн*|когда|почему|объясня*|правил*|запре*|маркир*|что|"
              "котор*|ли|о|об|против|например|риск*",
     .edited = "перевода|переведен*|отредактирован*|при поддержке|частично|при участии",
     .possible = "возможно|может",
     .suspected = "вероятно|предположительно|похоже|подозр*",
     .nouns = ""},
    {.language = "ar",
     .self = "هذا المحتوى|هذا النص|هذه المقالة|هذا المقال|هذه الصفحة|هذه الصورة|هذا المستند|هذا "
             "الملخص|هذه الترجمة|هذا الفيديو|هذا الرد|هذا التقرير|"
             "هذه الإجابة|هذا المنشور|هذه الرسالة|هذا الموقع|هذه الوثيقة|هذا الخبر",
     .weak = "محتوى|المحتوى|النص|الصورة|نص|صورة|مقال|المقال|ملخص|ترجمة|تم|تمت|فيديو|الصور",
     .negation = "لم|لا|ليس|ليست|غير|بدون|دون|لن",
     .after = "؟|أم لا|?",
     .topic = "إذا|هل|كيف|كشف|يجب|عندما|لماذا|حول|عن|سياسة|حظر|التي|الذي|ضد|مثل|مخاطر",
     .edited = "ترجم*|تحرير*|بمساعدة|جزئيا",
     .possible = "قد|ربما|يمكن",
     .suspected = "يشتبه|يحتمل|يبدو",
     .nouns = ""},
    {.language = "hi",
     .self = "यह लेख|यह सामग्री|इस लेख|यह पाठ|यह दस्तावेज़|यह चित्र|यह पृष्ठ|इस सामग्री|यह छवि|यह सारांश|यह "
             "अनुवाद|यह वीडियो|यह उत्तर|यह तस्वीर|"
             "इस पृष्ठ|यह रिपोर्ट|यह पोस्ट|यह संदेश|यह कंटेंट|इस दस्तावेज़",
     .weak = "सामग्री|लेख|चित्र|छवि|सारांश|अनुवाद|पाठ|वीडियो|तस्वीर",
     .negation = "नहीं|बिना|न|गैर",
     .after = "नहीं|?|क्या",
     .topic = "यदि|अगर|क्या|कैसे|चाहिए|जब|क्यों|बारे|नियम|जो|खिलाफ|जोखिम",
     .edited = "अनुवाद|अनुवादित|मदद|सहायता|आंशिक",
     .possible = "संभव|सकता|सकती|शायद",
     .suspected = "संदेह|संभवतः|संदिग्ध",
     .nouns = "सामग्री|चित्र|लेख|पाठ|छवि|सारांश",
     .endings = "की गई है|की गयी है|गया है|गई है|गए हैं|किया गया है|किए गए हैं|है|हैं|हुआ है|किया गया|की "
                "गई|गया|गई|कर दिया गया है|सामग्री|चित्र|लेख"},
    {.language = "tr",
     .self = "bu metin|bu makale|bu içerik|bu belge|bu sayfa|bu görsel|bu özet|bu yazı|bu "
             "çeviri|bu yanıt|bu video|bu mesaj|"
             "bu rapor|bu resim|bu site|bu doküman|bu haber|bu cevap|bu görseller",
     .weak = "içerik|metin|makale|görsel|görseller|özet|çeviri|yanıt|yazı|fotoğraf|video|haber",
     .negation = "değil|hiçbir|asla",
     .after = "değil|mı|mi|?",
     .topic = "eğer|nasıl|tespit|gerekir|gereken|zaman|neden|hakkında|kural*|yasak*|politika*|"
              "etiket*|karşı|örneğin|risk*",
     .edited = "çeviri|çevril*|düzenlen*|destekli|desteğiyle|yardımıyla|kısmen",
     .possible = "olabilir|belki|muhtemel",
     .suspected = "muhtemelen|şüpheli|görünüyor",
     .nouns = "içerik|metin|görsel|özet|çeviri"},
    {.language = "vi",
     .self = "bài viết này|nội dung này|văn bản này|tài liệu này|trang này|hình ảnh này|bản dịch "
             "này|bản tóm tắt này|"
             "câu trả lời này|video này|ảnh này|tin nhắn này|báo cáo này|bài này|bài đăng này|bức "
             "ảnh này|tóm tắt này",
     .weak = "nội dung|văn bản|bài viết|hình ảnh|ảnh|bản dịch|tóm tắt|được|video|bản tóm tắt",
     .negation = "không|chưa|chẳng|không phải",
     .after = "hay không|không?|?|phải không",
     .topic = "nếu|liệu|làm sao|làm thế nào|cách|phát hiện|phải|khi|tại sao|về|chính sách|cấm|quy "
              "định|gắn nhãn|những|các|chống|rủi ro",
     .edited = "dịch|chỉnh sửa|hỗ trợ|trợ giúp|một phần|biên tập",
     .possible = "có thể|có lẽ",
     .suspected = "nghi|có khả năng|dường như",
     .nouns = ""},
    {.language = "id",
     .self = "artikel ini|konten ini|teks ini|dokumen ini|halaman ini|gambar ini|tulisan "
             "ini|ringkasan ini|terjemahan ini|"
             "jawaban ini|video ini|pesan ini|laporan ini|situs ini|postingan ini|berita "
             "ini|ilustrasi ini|foto ini|isi ini",
     .weak =
         "konten|teks|artikel|gambar|ringkasan|terjemahan|jawaban|ilustrasi|foto|tulisan|video|isi",
     .negation = "tidak|bukan|tanpa|belum|jangan",
     .after = "atau tidak|atau bukan|?",
     .topic = "jika|kalau|apakah|bagaimana|deteksi|mendeteksi|harus|ketika|mengapa|tentang|"
              "kebijakan|dilarang|aturan|yang|melawan|risiko",
     .edited = "terjemahan|diterjemahkan|diedit|disunting|bantuan|dibantu|sebagian",
     .possible = "mungkin|dapat|bisa",
     .suspected = "diduga|kemungkinan|tampaknya",
     .nouns = ""},
};

}  // namespace

std::span<const LanguageText> language_texts() noexcept {
  return kLanguages;
}

}  // namespace colophon::text
