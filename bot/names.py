"""Which documents, articles, places, offices and kinds of taxpayers a text names. Pure.

What a sentence names must be named by what it cites: another name is another fact, however alike
the words around it are.
"""

# ruff: noqa: E501 (lists of words)
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.numbering import numeral
from kb.places import HOME, latin_spans, places_in

_BRACKETED = re.compile(r"([\u4e00-\u9fff]{0,10})[〔\[(【](\d{4})[〕\])】]\s*第?(\d+)号")
_YEARLY = re.compile(r"(公告|通知|令)?\s*(\d{4})年第(\d+)号")
_ORDER = re.compile(r"令?第(\d+)号令?")
_ENGLISH_NO = re.compile(
    r"\b(?:no\.?|number)\s*(\d{1,4})(?:\s*(?:of|\()\s*(\d{4})\)?)?|\[(\d{4})\]\s*(?:no\.?\s*)?(\d+)"
)
_ARTICLE = re.compile(r"第\s*([零〇一二三四五六七八九十百千两\d]+)\s*条|\barticles?\s+(\d{1,4})\b")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_LOOSE = re.compile(r"[\W_]+")
_PEOPLE = re.compile(r"中华人民共和国")

_OFFICES = (
    "财政部 税务总局 商务部 发展改革委 国家发展改革委 工业和信息化部 科技部 海关总署 自然资源部 生态环境部 市场监管总局 "
    "国务院办公厅 国务院 全国人大常委会 人民银行 外汇局 住房城乡建设部 人力资源社会保障部 农业农村部 水利部 应急管理部 "
    "国资委 国家能源局 省政府 市政府 县政府 人民政府 税务机关 登记机关 人民法院 仲裁机构 自然资源局 招商局 发展改革部门 商务部门 "
    "税务部门 财政部门 审计机关 公安机关"
).split()

_KINDS: dict[str, str] = {
    "高新技术企业": r"high(?: and new)?-?[ -]?(?:new-?)?tech(?:nology)?",
    "小型微利企业": r"small(?:,| and)? (?:low-profit|micro|thin-profit)|low-profit|micro and small",
    "个体工商户": r"individual(?:ly)?[- ](?:owned )?business|sole trader|self-employed",
    "小规模纳税人": r"small-?scale (?:vat )?(?:taxpayer|payer)",
    "一般纳税人": r"general (?:vat )?taxpayer",
    "中小企业": r"smes?\b|small and medium",
    "大型企业": r"large (?:enterprise|compan|firm)",
    "国有企业": r"state-owned|soes?\b",
    "民营企业": r"private(?:ly owned)? (?:enterprise|compan|firm|business)",
    "外商投资企业": r"foreign-?(?:invested|funded)",
    "内资企业": r"domestic (?:enterprise|compan|firm)",
    "境外投资者": r"(?:overseas|foreign|non-resident) investor",
    "台湾同胞": r"taiwan",
    "事业单位": r"public institution",
    "创业投资企业": r"venture capital",
    "先进制造业": r"advanced manufactur",
    "集成电路": r"integrated circuit|\bic\b|semiconductor",
    "工业母机": r"machine tool",
    "软件企业": r"software (?:enterprise|compan)",
    "科技型中小企业": r"tech(?:nology)?-based sme",
    "技术先进型服务企业": r"technologically advanced service",
    "合伙企业": r"partnership",
    "股份有限公司": r"joint[- ]stock",
    "有限责任公司": r"limited liability",
    "上市公司": r"listed compan",
    "房地产": r"real[- ]estate",
    "烟草": r"tobacco",
    "农民专业合作社": r"farmers?'? (?:specialised |specialized )?cooperative",
    "企业所得税": r"(?:corporate|enterprise|company) income tax|\b(?:cit|eit)\b",
    "个人所得税": r"(?:personal|individual) income tax|\biit\b",
    "增值税": r"value[- ]added tax|\bvat\b",
    "消费税": r"consumption tax",
    "房产税": r"(?:house |real )?property tax",
    "印花税": r"stamp (?:duty|tax)",
    "契税": r"deed tax",
    "关税": r"tariff|customs dut",
    "资源税": r"resource tax",
    "环境保护税": r"environment(?:al)? protection tax",
    "土地增值税": r"land (?:value )?appreciation tax",
    "城镇土地使用税": r"urban (?:and township )?land[- ]use tax",
    "耕地占用税": r"(?:arable|farmland|cultivated)[a-z -]* tax",
    "城市维护建设税": r"urban (?:maintenance|construction)[a-z -]* tax",
    "车辆购置税": r"vehicle (?:purchase|acquisition) tax",
    "社会保险费": r"social (?:security|insurance)",
    "研发费用": r"r&d|research and development",
    "无形资产": r"intangible",
    "工业用地": r"industrial land",
    "商业用地": r"commercial land",
    "住宅用地": r"residential land",
    "仓储用地": r"(?:storage|warehouse|logistics) land",
    "旅游用地": r"tourism land",
}
"""Kinds of payers, taxes and objects a policy is about, and how English names them."""
_SAME = {
    "外资企业": "外商投资企业", "外商投资公司": "外商投资企业", "民企": "民营企业", "国企": "国有企业",
    "小微企业": "小型微利企业", "小型微利企业": "小型微利企业", "高企": "高新技术企业", "所得税": "",
    "外国投资者": "境外投资者", "外商": "", "外方": "境外投资者", "不动产": "房地产", "房屋": "", "研发支出": "研发费用", "研发投入": "研发费用",
}  # fmt: skip


def document_numbers(normal: str) -> Iterator[tuple[str, str]]:
    """(year or empty, number) of each document a normalised text names."""
    for m in _BRACKETED.finditer(normal):
        yield m[2], m[3]
    for m in _YEARLY.finditer(normal):
        yield m[2], m[3]
    for m in _ORDER.finditer(_YEARLY.sub(" ", _BRACKETED.sub(" ", normal))):
        yield "", m[1]
    for m in _ENGLISH_NO.finditer(normal):
        yield (m[2] or m[3] or ""), (m[1] or m[4])


def number_spans(normal: str) -> list[tuple[int, int]]:
    """Where document and article numbers stand, which are no amounts."""
    patterns = (_BRACKETED, _YEARLY, _ORDER, _ENGLISH_NO, _ARTICLE)
    spans = []
    for pattern in patterns:
        for m in pattern.finditer(normal):
            start = m.start(2) - 1 if pattern is _BRACKETED else m.start()
            spans.append((start, m.end()))
    return spans


def numbers_fail(said: str, shown: str) -> str | None:
    """A document or article that a normalised sentence names and the evidence does not."""
    held = set(document_numbers(shown))
    plain = {number for _, number in held}
    for year, number in document_numbers(said):
        if (year, number) not in held and (year or number not in plain):
            return f"{year} {number}"
    prefixes = _prefixes(shown)
    for key, issuer in _prefixes(said).items():
        if key in prefixes and issuer and prefixes[key] and issuer[-2:] != prefixes[key][-2:]:
            return issuer
    articles = set(_articles(shown))
    return next((str(n) for n in _articles(said) if n not in articles), None)


def _prefixes(normal: str) -> dict[tuple[str, str], str]:
    return {(m[2], m[3]): m[1] for m in _BRACKETED.finditer(normal)}


def _articles(normal: str) -> Iterator[int]:
    for m in _ARTICLE.finditer(normal):
        yield int(m[2]) if m[2] else numeral(m[1].replace("两", "二"))


def titles_fail(said: str, shown: str) -> str | None:
    """A title in 《》 of a normalised sentence that the evidence does not name."""
    held = _LOOSE.sub("", _PEOPLE.sub("", shown))
    for title in _TITLE.findall(said):
        plain = _LOOSE.sub("", _PEOPLE.sub("", title))
        if plain and plain not in held and plain.removesuffix("要点") not in held:
            return str(title)
    return None


def places_fail(said: str, shown: str, regions: tuple[str, ...]) -> str | None:
    """A place that a normalised sentence names, and neither the evidence nor its regions."""
    held = {*places_in(shown), *(name for _, _, name in latin_spans(shown)), *regions}
    named = [*places_in(said), *(name for _, _, name in latin_spans(said))]
    return next(
        (p for p in named if p not in held and p not in shown and not (p == HOME and _HOME & held)),
        None,
    )


_HOME = frozenset({"延安", "延安市"})


@cache
def _latin_kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"\b(?:{words})")) for name, words in _KINDS.items())


def kinds(normal: str) -> set[str]:
    """The kinds of payers, taxes and objects a normalised text names, longest names first."""
    found: set[str] = set()
    rest = normal
    for name in sorted({*_KINDS, *_SAME}, key=len, reverse=True):
        if name in rest:
            rest = rest.replace(name, " " * len(name))
            found.add(_SAME.get(name, name))
    found |= {name for name, pattern in _latin_kinds() if pattern.search(normal)}
    return found - {""}


def kinds_fail(said: str, shown: str, context: str) -> str | None:
    """A kind of payer, tax or object that a sentence names and its evidence does not.

    Where the evidence itself speaks of one tax, its title does not bear out another.
    """
    stated, held = kinds(shown), kinds(context)
    taxes = any(k.endswith("税") for k in stated)
    for kind in sorted(kinds(said)):
        if kind not in held and kind not in context:
            return kind
        if kind.endswith("税") and taxes and kind not in stated and kind not in shown:
            return kind
    return None


def without_titles(normal: str) -> str:
    """A normalised text without the titles of documents in it."""
    return _TITLE.sub(" ", normal)


def offices_fail(said: str, shown: str) -> str | None:
    """An office that a sentence names and the evidence does not."""
    return next((office for office in _OFFICES if office in said and office not in shown), None)
