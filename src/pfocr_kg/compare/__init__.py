"""Compares two graphs, and replays the difference: as counts or as a patch.

Imports `export` and what stands above it.
"""
