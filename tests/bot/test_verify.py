from dataclasses import replace

from bot.verify import check
from kb.models import Citation, Claim, Validity

TEXT = "一、税率\n减按15%的税率征收企业所得税，到2030年12月31日。"
QUOTE = TEXT[5:]


def cite(quote: str = QUOTE, start: int = 5, n: int = 1) -> Citation:
    return Citation(
        n, "d", 7, "题", "", (), (), None, quote, start, start + len(quote),
        Validity.IN_FORCE, None, None,
    )  # fmt: skip


def codes(claims: list[Claim], citations: list[Citation]) -> list[str]:
    return [p.code for p in check(claims, citations, {7: TEXT})]


def test_a_true_quote_passes() -> None:
    assert codes([Claim("减按15%的税率征收企业所得税", (1,))], [cite()]) == []


def test_every_quote_must_stand_where_it_says() -> None:
    assert codes([Claim(QUOTE, (1,))], [cite(start=4)])[0] == "quote_not_in_source"
    changed = replace(cite(), quote=QUOTE.replace("15%", "9%"))
    assert "citation_fails" in codes([Claim(QUOTE, (1,))], [changed])
    assert "quote_not_in_source" in [p.code for p in check([Claim(QUOTE, (1,))], [cite()], {})]


def test_every_claim_is_cited_and_every_citation_exists() -> None:
    assert codes([Claim("减按15%", ())], [cite()]) == ["uncited"]
    assert codes([Claim("减按15%", (2,))], [cite()]) == ["citation_fails"]


def test_numbers_and_words_must_stand_in_the_quote() -> None:
    assert codes([Claim("减按25%的税率征收", (1,))], [cite()]) == ["number_not_in_quote"]
    assert codes([Claim("免征企业所得税", (1,))], [cite()]) == ["wording_not_in_quote"]
