"""2,000 damaged and hostile files through the readers: see ``evals.hostile.__main__``."""
