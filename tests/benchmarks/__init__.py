"""Benchmarks: ratios measured in one run, printed beside what was asked, never asserted."""
