"""The base as the retriever of a LlamaIndex program."""

from kb import KnowledgeBase, load_settings
from kb.llama_retriever import KbRetriever

with KnowledgeBase(load_settings()) as base:
    for node in KbRetriever(base, limit=3).retrieve("研发费用加计扣除比例"):
        print(round(node.score, 2), node.metadata["document_id"], node.text[:40])
