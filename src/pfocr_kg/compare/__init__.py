"""Compares two graphs: counts what differs, writes it as a patch, and applies patches.

Imports `export` and what stands above it.
"""
