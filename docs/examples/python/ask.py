"""Ask a question and look at the clause behind every sentence."""

from bot import Engine
from kb import KnowledgeBase, Role, load_settings

with KnowledgeBase(load_settings()) as base:
    answer = Engine(base).ask("研发费用加计扣除比例是多少？", Role.INVESTOR)
    print(answer.status.value, answer.confidence)
    for claim in answer.claims:
        print(claim.text, list(claim.citations))
    for c in answer.citations:
        print(f"[{c.n}] 《{c.title}》 {' › '.join(c.path)}：{c.quote}")
