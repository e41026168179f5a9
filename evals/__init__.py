"""Measuring: question sets, metrics, the runner and its report, benchmarks."""
