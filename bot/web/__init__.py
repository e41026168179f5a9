"""The page for investors: one FastAPI app with a Gradio mount. Imported by ``kb serve`` only."""
