"""Compares two graphs: counts what differs, writes it as a patch, and applies patches.

Imports `export` and the packages above it in docs/architecture.md.
"""
