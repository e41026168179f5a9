"""The base as one of the tools of a LlamaIndex program."""

from llama_index.core.tools import QueryEngineTool

from bot import Engine, KbQueryEngine
from kb import KnowledgeBase, load_settings

with KnowledgeBase(load_settings()) as base:
    engine = KbQueryEngine(Engine(base))
    policies = QueryEngineTool.from_defaults(
        engine, name="policies", description="Investment policies of Yan'an, with citations."
    )
    print(policies.call("研发费用加计扣除比例是多少？"))
    response = engine.query("西部大开发企业所得税优惠执行到什么时候？")
    for node in response.source_nodes:
        print(node.metadata["document_id"], node.text)
