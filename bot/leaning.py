"""What a question says on its own, and what it leaves to the question before it. Pure.

A question is taken apart into words that only ask (多少, 什么时候), words that name a facet of
something (期限, 条件, 税率) and the rest, which is what it is about. One whose rest is empty leans
on the question before it.
"""

from __future__ import annotations

import re

from bot.question import subject
from kb.text import normalise

_FACETS = (
    "期限|有效期|年限|时限|时间|日期|年份|期间|条件|要求|标准|门槛|资格|材料|资料|手续|流程|程序|步骤|依据"
    "|根据|条款|条文|文号|令号|号令|文件|名称|全称|范围|对象|比例|税率|占比|份额|金额|数额|数量|总额|总量"
    "|总共|一共|上限|下限|最高|最低|最长|最短|最快|最多|最少|至少|限额|额度|费用|收费|价格|单价|利息|利率"
    "|罚款|处罚|后果|责任|例外|情形|情况|部门|单位|机关|牵头|负责|电话|地址|网址|联系方式|渠道|入口|平台"
    "|结果|成效|效果|做法|经验|教训|措施|办法|好处|原因|区别|不同|差别|关系|影响|产量|产值|面积|规模|人数"
    "|收入|增速|增长|效力|有效|生效|起效|施行|实施|执行|到期|截止|为止|延期|延续|延长|续期|废止|失效|取消"
    "|修订|修改|新增|增加|减少|申请|申报|办理|报送|提交|审批|审核|批准|确认|咨询|查询|联系|享受|适用"
    "|照搬|借鉴|学习|参考|持有|规定|说明|介绍|解释|举例|例子|具体|详细|印发|发布|公布|成文|通过|目标"
    "|目录|名单|清单|收录|现在|目前|现行|以前|之前|今年|去年|明年|当年|必须|需要|应该|应当|政策|优惠"
    "|开始|结束|报批|取得|符合|违法|合法|实行|全部|所有|其他|其它|别的|哪里|怎么样|公里|平方公里|万元|亿元|启示|合作|项目"
)
_FACET = re.compile(_FACETS)
_COUNTED = (
    "率|[数总产重质流容]量|额|产值|总值|数|费用?|价格?|单价|收入|资金|外资|面积|总量|规模|增速|进出口|利息|税"
    "|占比|比例|份额|人数|产量"
)
_FACET_NAME = re.compile(
    rf"^(?:{_FACETS}|.{{0,6}}(?:{_COUNTED}|期限|条件|日期|时间|材料|流程|依据|范围|文号))$"
)
"""A noun that names a facet (实际到位资金), so that what is asked of stays the same."""
_COUNTED_NAME = re.compile(rf"^.{{0,6}}(?:{_COUNTED})$")
_FUNCTION = re.compile(
    r"[的了在到从由向被把给对和与或及也还都就才再又已经过要会能可以应得着将须让请所为之有没不无"
    r"是个条项家号年月日天里中内外前后上下比去来用做找该走几哪叫吃办交算新老\W\d]"
)
_ASKS = re.compile(
    r"多少|几|哪|什么|啥|怎么|怎样|咋|如何|谁|何时|为何|为什么|多[久大高长]|(\w)不\1|有没有|有无|是否"
    r"|可否|能否|[吗么]|是不是"
)
_ELLIPSIS = re.compile(
    r"^(?:那么?|那|如果是|要是|换成|改成)?[,，]?(?P<what>[^,，。?？!！]{1,18}?)(?:又|又是|的话)?(?:呢|又是什么|又如何|又怎样)$"
)
_POINTS = re.compile(
    r"^(?:那么?|那)?(?:它们?|他们|其(?!他|它|实|余|中)|这(?!样|么|里|边|儿)|该|此(?!外|后)|上述|上面|前者|后者|两者|二者)"
    r"|(?<![其吉])它(?!山)|(?:这|该|此|那)(?:个|项|条|部|类|份|种|款|些|家|次|办法|政策|规定|文件|通知|公告|条例|法(?!院))"
)
_DOCUMENT = re.compile(
    r"(?:这|该|此)(?:个|项|部|份|条)?(?:政策|办法|规定|文件|通知|公告|条例|方案|措施|目录|清单|意见|法律|法(?![院人规]))"
)
_ADDS = re.compile(r"^(?:还有|另外|此外|除此|除了(?:这|那)|再有|其他|其它|别的|更多|继续)")
_THEN = re.compile(r"^(?:那么|那)(?=.)")
_ENDS = re.compile(r"[?？!！。.\s]+$")


def bare(question: str) -> str:
    """A question as it is compared: normalised, without the marks at its end."""
    return _ENDS.sub("", normalise(question)).strip()


def own_words(question: str) -> str:
    """What a question is about by itself: without asking, facets and function words."""
    plain = _THEN.sub("", bare(question))
    left = subject(plain) if asks_itself(plain) else plain
    left = _FUNCTION.sub(" ", _FACET.sub(" ", _ASKS.sub(" ", left)))
    return " ".join(left.split())


def asks_itself(text: str) -> bool:
    """Whether a text has a word that asks."""
    return _ASKS.search(normalise(text)) is not None


def elliptical(question: str) -> str:
    """The X of 那X呢？, that replaces its counterpart in the question before; else empty."""
    found = _ELLIPSIS.match(bare(question))
    if found is None or asks_itself(found["what"]):
        return ""
    return _THEN.sub("", found["what"]).strip()


def points_back(question: str) -> bool:
    """Whether a question has a word that stands for something said before (它, 这项政策, 两者)."""
    return _POINTS.search(bare(question)) is not None


def adds(question: str) -> bool:
    """Whether a question asks for more of the same (还有吗)."""
    return _ADDS.match(bare(question)) is not None


def is_facet(name: str) -> bool:
    """Whether words name a facet of something and no thing of their own."""
    return _FACET_NAME.match(name) is not None


def is_counted(name: str) -> bool:
    """Whether words name something that has an amount (产量, 利用外资)."""
    return _COUNTED_NAME.match(name) is not None


def without_pointer(question: str, title: str = "") -> str:
    """A question without 那 at its start and the word at its start that points back.

    A document pointed at (这个通知, 该办法) is called by its ``title``, if that is given.
    """
    plain = _THEN.sub("", _ENDS.sub("", question.strip()))
    if title:
        plain = _DOCUMENT.sub(f"《{title}》", plain, count=1)
    return re.sub(r"^(?:它们?|他们|其(?!他|它|实|余|中))的?", "", plain)


def points_at_document(question: str) -> bool:
    """Whether a question points at a document named before (这个通知, 该办法)."""
    return _DOCUMENT.search(bare(question)) is not None
