from kb.glossary import Glossary
from kb.models import Term

TERMS = [
    Term("招商热力图", "一张图", aliases=("热力图",), english=("investment heat map",)),
    Term("企业所得税", "税", aliases=("所得税",), english=("corporate income tax", "CIT")),
    Term("鼓励类产业", "产业", english=("encouraged industries",)),
    Term("延安", "地名", english=("Yan'an", "Yanan")),
]


def test_an_alias_brings_the_name_and_the_name_its_aliases() -> None:
    glossary = Glossary(TERMS)
    assert glossary.expansions("热力图是什么") == ["招商热力图"]
    assert glossary.expansions("招商热力图是什么") == []  # the alias stands inside already
    assert glossary.expansions("所得税多少") == ["企业所得税"]


def test_the_longest_name_wins() -> None:
    found = Glossary(TERMS).mentions("企业所得税和招商热力图")
    assert [m.term.name for m in found] == ["企业所得税", "招商热力图"]


def test_english_names_bring_chinese_terms_whatever_the_ending() -> None:
    glossary = Glossary(TERMS)
    question = "What CIT rate applies to an encouraged industry in Yan’an's counties?"
    assert [m.term.name for m in glossary.mentions(question)] == [
        "企业所得税",
        "鼓励类产业",
        "延安",
    ]
    assert "企业所得税" in glossary.expansions(question)


def test_traditional_characters_name_terms_too() -> None:
    assert [m.term.name for m in Glossary(TERMS).mentions("企業所得稅")] == ["企业所得税"]
