from pathlib import Path

from kb.keys import pack, unpack
from kb.lexical import LexicalIndex
from kb.models import Audience
from kb.text import tokens

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


def make(folder: Path) -> LexicalIndex:
    index = LexicalIndex(folder)
    index.add(
        [
            (pack(1, 0), 1, PUBLIC, "设在西部地区的鼓励类产业企业减按15%征收企业所得税"),
            (pack(1, 1), 1, PUBLIC, "执行期到2030年12月31日"),
            (pack(2, 0), 2, INTERNAL, "内部材料也谈企业所得税"),
        ]
    )
    return index


def found(index: LexicalIndex, words: str, *audiences: Audience, **filters: list[int]) -> list[int]:
    return [key for key, _ in index.search(tokens(words), audiences, 10, **filters)]  # type: ignore[arg-type]


def test_two_character_terms_are_found(tmp_path: Path) -> None:
    index = make(tmp_path)
    assert found(index, "产业", PUBLIC) == [pack(1, 0)]
    assert found(index, "稅率 所得稅", PUBLIC) == [pack(1, 0)]
    index.close()


def test_audience_is_enforced_inside_the_index(tmp_path: Path) -> None:
    index = make(tmp_path)
    assert pack(2, 0) not in found(index, "企业所得税", PUBLIC)
    assert pack(2, 0) in found(index, "企业所得税", PUBLIC, INTERNAL)
    assert found(index, "企业所得税") == []
    index.close()


def test_filters_narrow_and_scores_stay(tmp_path: Path) -> None:
    index = make(tmp_path)
    everything = dict(index.search(tokens("企业所得税"), [PUBLIC, INTERNAL], 10))
    assert found(index, "企业所得税", PUBLIC, INTERNAL, versions=[2]) == [pack(2, 0)]
    narrowed = dict(index.search(tokens("企业所得税"), [PUBLIC, INTERNAL], 10, keys=[pack(1, 0)]))
    assert narrowed == {pack(1, 0): everything[pack(1, 0)]}
    index.close()


def test_deleted_versions_are_gone_also_after_opening_again(tmp_path: Path) -> None:
    index = make(tmp_path)
    index.delete_versions([1])
    assert index.keys() == {pack(2, 0)}
    index.close()
    again = LexicalIndex(tmp_path)
    assert again.keys() == {pack(2, 0)}
    assert again.count() == 1
    again.close()


def test_keys_pack_and_unpack() -> None:
    assert unpack(pack(123_456, 789)) == (123_456, 789)
