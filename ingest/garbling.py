"""Text that is none: characters that stand for nothing, read in a wrong encoding, said endlessly.

Pure. Each check knows one way in which text gets spoilt, and what helps against it. The bounds lie
far above what sound documents hold: a note on encodings may show 锟斤拷, a form repeats its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kb.models import Note

REPLACED = 0.001
"""Share of a text that may be replacement characters."""
_CODES = re.compile(r"\(cid:[0-9]{1,5}\)")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_PRIVATE_SHARE = 0.01
_BULLET = re.compile(r"^\s{0,8}[\uf020-\uf0ff]", re.M)
"""A symbol font's sign at the start of a line (Word's bullets) says nothing and spoils nothing."""
_FILLER = re.compile(r"锟斤拷|[烫屯]{3,}")
_LATIN = re.compile(r"[\u00a1-\u00ff]")
_LATIN_SHARE = 0.25
_MISREAD = re.compile(r"[锛銆鈥鐨]")
_MISREAD_SHARE = 0.01
"""UTF-8 read as GBK turns ，。” and 的 into these; 1 % of sound text is none of them."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FEWEST = 20
_MOST_REPEATED = 200
_REPEATED_SHARE = 0.5


def garbling(text: str) -> Iterator[Note]:
    """The ways in which a text is spoilt, each with its remedy; nothing for a sound one."""
    replaced = text.count("\ufffd")
    if replaced > REPLACED * len(text):
        yield Note(
            "garbled",
            f"有 {replaced} 个字变成了乱码（�）；请重新导出，或另存为 UTF-8 文本后再上传。",
            f"{replaced} characters are garbled; export the file again or save it as UTF-8 text "
            "and retry.",
        )
    codes = _count(_CODES, text)
    private = _count(_PRIVATE, text) - _count(_BULLET, text)
    if codes >= _FEWEST or private > max(_FEWEST, _PRIVATE_SHARE * len(text)):
        yield Note(
            "no_characters",
            f"有 {codes + private} 处只有字形编号、没有文字（字体缺少编码表）；"
            "请重新导出为带文字的 PDF，或扫描后按图片识别。",
            f"{codes + private} places hold glyph numbers instead of characters (the font lacks a "
            "character map); export the file again with its text, or scan it to have it "
            "recognised.",
        )
    if _misread(text):
        yield Note(
            "wrong_encoding",
            "文字是用错误的编码打开后保存的（如“锟斤拷”“ä¸­”一类乱码），原文已经丢失；"
            "请从原始文件重新导出，编码选 UTF-8。",
            "The text was saved after being opened in a wrong encoding, and is no longer there; "
            "export it from the original file again, in UTF-8.",
        )
    line, times = _most_repeated(text)
    if times > _MOST_REPEATED and times * len(line) > _REPEATED_SHARE * len(text):
        yield Note(
            "repeated",
            f"同一行“{line[:20]}”重复了 {times} 次，占了大半内容，多半是导出出错；"
            "请检查原文件后重新导出。",
            f"The same line (“{line[:20]}”) stands {times} times and makes most of the text, which "
            "looks like a failed export; check the file and export it again.",
        )


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _misread(text: str) -> bool:
    """Whether bytes of one encoding were taken for another: GBK for UTF-8, UTF-8 for Latin-1 …"""
    filler = sum(len(match.group()) for match in _FILLER.finditer(text))
    if filler >= _FEWEST and filler > REPLACED * len(text):
        return True
    chinese = _count(_CHINESE, text)
    misread = _count(_MISREAD, text)
    if misread >= _FEWEST and misread > _MISREAD_SHARE * chinese:
        return True
    latin = _count(_LATIN, text)
    return latin >= _FEWEST and latin > _LATIN_SHARE * sum(map(str.isalnum, text)) > 0


def _most_repeated(text: str) -> tuple[str, int]:
    lines = Counter(line for line in text.split("\n") if line)
    return lines.most_common(1)[0] if lines else ("", 0)
