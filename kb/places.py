"""Place names, and which larger regions contain them: of questions and of documents.

The list holds the provinces, the prefecture-level cities and the places this base speaks of by
name; a two-character name counts only where it cannot be part of another common word.
"""

# ruff: noqa: E501 (lists of names)
from __future__ import annotations

import re
from functools import cache

from kb.pinyin import spelled

HOME = "延安"
"""The place this base is kept for."""
_PROVINCES: dict[str, str] = {
    "北京": "", "天津": "", "上海": "", "重庆": "", "香港": "", "澳门": "", "台湾": "",
    "河北": "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安",
    "山西": "太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古": "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善",
    "辽宁": "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛",
    "吉林": "长春 四平 辽源 白山 松原 白城 延边",
    "黑龙江": "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "江苏": "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 张家港 常熟 太仓",
    "浙江": "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌",
    "安徽": "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建": "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德",
    "江西": "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东": "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南": "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源",
    "湖北": "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门",
    "湖南": "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东": "广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 江门 茂名 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西": "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南": "海口 三亚 三沙 儋州",
    "四川": "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山",
    "贵州": "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "云南": "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆",
    "西藏": "拉萨 日喀则 昌都 林芝 山南 那曲 阿里",
    "陕西": "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 杨凌 西咸新区",
    "甘肃": "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
    "青海": "西宁 海东 海北 黄南 果洛 玉树 海西",
    "宁夏": "银川 石嘴山 吴忠 固原 中卫",
    "新疆": "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 石河子",
}  # fmt: skip
_YANAN = (
    "宝塔 安塞 子长 延长 延川 志丹 吴起 甘泉 富县 洛川 宜川 黄龙 黄陵 南泥湾 延安新区 延安高新区"
)
_WEST = "重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 内蒙古 广西".split()
_DELTA = "上海 江苏 浙江 安徽".split()
_AMBIGUOUS = frozenset(
    """延长 白银 中山 文山 山南 阿里 海东 海西 海北 大理 常德 黄山 红河 黑河 北海 凉山 来宾 天门 资阳 安顺
    保山 内江 河源 阳江 清远 日照 东营""".split()
)
"""Names that are also ordinary words: they count only with 市, 县, 区 or 州 behind them."""


def _parents() -> dict[str, str]:
    parents: dict[str, str] = {}
    for province, cities in _PROVINCES.items():
        parents[province] = "西部" if province in _WEST else "全国"
        for city in cities.split():
            parents[city] = province
    for province in _DELTA:
        parents[province] = "长三角"
    for county in _YANAN.split():
        parents[county] = "延安"
    return parents | {"长三角": "全国", "西部": "全国", "苏南": "江苏"}


PARENTS: dict[str, str] = _parents()
"""Place -> the next larger region; ends at 全国."""

_NAMES = sorted(PARENTS.keys() - {"西部"}, key=len, reverse=True)
_PLACE = re.compile(
    "|".join(name + ("(?=市|县|区|州|地区)" if name in _AMBIGUOUS else "") for name in _NAMES)
)


def places_in(text: str) -> tuple[str, ...]:
    """Place names in a normalised Chinese text, each once, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def place_spans(text: str) -> list[tuple[int, int, str]]:
    """Places in a normalised Chinese text: where, and their names."""
    return [(*m.span(), m.group()) for m in _PLACE.finditer(text)]


_LATIN_ONLY = {
    "shaanxi": "陕西", "shanxi": "山西", "inner mongolia": "内蒙古", "tibet": "西藏",
    "hong kong": "香港", "macao": "澳门", "macau": "澳门", "harbin": "哈尔滨", "hohhot": "呼和浩特",
    "urumqi": "乌鲁木齐", "lhasa": "拉萨", "kashgar": "喀什", "ordos": "鄂尔多斯", "xiamen": "厦门",
    "yangtze river delta": "长三角", "yan'an": "延安", "yan’an": "延安",
    "xi'an": "西安", "xi’an": "西安",
}  # fmt: skip
"""Places whose name in Latin letters is not the spelling of its characters, or of several."""
_LATIN = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_LEAST_LETTERS = 5


@cache
def _latin() -> dict[str, str]:
    """Spelled name -> place; of names spelled alike, those nearer to home come first."""
    near = sorted(_NAMES, key=lambda name: HOME not in within(name) and "陕西" not in within(name))
    table: dict[str, str] = {}
    for name in near:
        for letters in spelled(name):
            if len(letters) >= _LEAST_LETTERS:
                table.setdefault(letters, name)
    return table | _LATIN_ONLY


def latin_spans(text: str) -> list[tuple[int, int, str]]:
    """Places written in Latin letters in a normalised text: where, and their Chinese names."""
    table, words = _latin(), list(_LATIN.finditer(text))
    found: list[tuple[int, int, str]] = []
    i = 0
    while i < len(words):
        for n in (3, 2, 1):
            part = text[words[i].start() : words[min(i + n, len(words)) - 1].end()]
            place = table.get(part) or table.get(re.sub(r"['’]", "", part))
            if place and i + n <= len(words):
                found.append((words[i].start(), words[i + n - 1].end(), place))
                i += n - 1
                break
        i += 1
    return found


def within(place: str) -> tuple[str, ...]:
    """The place and every region that contains it: 洛川 -> 洛川, 延安, 陕西, 西部, 全国."""
    chain = [place]
    while (parent := PARENTS.get(chain[-1])) is not None:
        chain.append(parent)
    return tuple(chain)
