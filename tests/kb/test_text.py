from kb.text import is_english, normalise, simplify, strip_control, tokens


def test_tokens_are_characters_pairs_and_whole_words() -> None:
    assert tokens("减按15%征收") == ["减", "按", "减按", "15%", "征", "收", "征收"]
    assert tokens("R&D in Yan'an 2030年") == ["r", "d", "in", "yan'an", "2030", "年"]
    assert tokens("100,000.5元") == ["100,000.5", "元"]


def test_traditional_and_full_width_meet_simplified_and_half_width() -> None:
    assert tokens("減按１５％徵收") == tokens("减按15%征收")
    assert normalise("（ＡＢＣ）") == "(abc)"


def test_simplifying_keeps_the_length() -> None:
    text = "鼓勵類產業企業所得稅稅率"
    assert len(simplify(text)) == len(text)
    assert simplify(text) == "鼓励类产业企业所得税税率"


def test_control_and_bidi_characters_go() -> None:
    assert strip_control("a\x00b\u202ec\u200bd\n") == "abcd\n"


def test_language_of_a_question() -> None:
    assert is_english("What is the tax rate in Yan'an?")
    assert not is_english("R&D费用加计扣除比例是多少")
    assert not is_english("123")
