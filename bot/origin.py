"""Where the asker comes from is no place asked about: 我们是东莞的外资企业，来延安建厂…. Pure."""

from __future__ import annotations

import re

from kb.places import HOME, within

_PARTY = r"(?:企业|公司|厂商|工厂|厂|人|老板|客商|商人|商会|同胞|投资者|投资人|投资方|集团|资本)"
_SUFFIX = r"(?:特别行政区|省|市|县|区|地区)?"
_I_AM = re.compile(
    r"(?:我们?|咱们?|俺们?|本公司|我司|公司|企业|厂|总部|老家|母公司)[^,。?;!]{0,6}"
    r"(?:是|来自|从)(?:一家|家|一个|个)?$"
)
_OF_IT = re.compile(rf"{_SUFFIX}(?:的|那边|这边|来的|过来|注册|本地|[^,。?;!]{{0,8}}{_PARTY})")
_FROM = re.compile(r"(?:从|由|来自)$")
_MOVED = re.compile(rf"{_SUFFIX}[^,。?;!]{{0,6}}(?:来|搬|迁|转移|转到|引)")
_COMES = re.compile(
    rf"{_SUFFIX}的?[^,。?;!]{{0,4}}{_PARTY}[^,。?;!]{{0,6}}(?:来|到|去|赴|在|想|要|投)[^,。?;!]{{0,4}}"
    r"(?:延安|内地|大陆|陕西|西部|你们|这里|这边|咱)"
)
_OUTSIDE = frozenset(("香港", "澳门", "台湾"))
_PARTY_OF = re.compile(rf"(?:地区)?的?(?:居民)?{_PARTY}")
_ENGLISH_BEFORE = re.compile(
    r"(?:\b(?:we|i)(?:'re|'m|’re|’m| are| am)\b[^.?!;]{0,30}"
    r"|\b(?:company|firm|investor|investors|business|manufacturer|headquartered)\b"
    r"[^.?!;]{0,12}\b(?:from|in))\s*$"
)
_ENGLISH_PARTY = re.compile(
    r"[a-z]{0,3}(?:-based)?\s+(?:[a-z-]+\s+)?"
    r"(?:company|firm|investor|investors|business|manufacturer|enterprise|group|national|citizen)\b"
)
_ENGLISH_FROM = re.compile(r"\b(?:come|coming|are|am|is|'m|'re|moving|relocat\w+)\s+from\s*$")


def is_origin(normal: str, start: int, end: int, place: str) -> bool:
    """Whether a place named at [start, end) of a normalised question only tells who asks.

    A place that 延安 lies in, or that lies in 延安, never is: what holds there is asked about.
    """
    if HOME in within(place) or place in within(HOME):
        return False
    before, after = normal[:start], normal[end:]
    seat = before.endswith(
        ("总部在", "总部设在", "总部是", "母公司在", "母公司是", "老家在", "老家是")
    )
    if seat or (_I_AM.search(before) and _OF_IT.match(after)):
        return True
    if _FROM.search(before) and _MOVED.match(after):
        return True
    if place in _OUTSIDE and _PARTY_OF.match(after):
        return True
    english = _ENGLISH_BEFORE.search(before) and (
        before.rstrip().endswith((" from", " in")) or _ENGLISH_PARTY.match(after)
    )
    return bool(_COMES.match(after) or english or _ENGLISH_FROM.search(before))
