"""Measures the emulator: `make bench`. Nothing here asserts; docs/performance.md says what the figures mean."""
