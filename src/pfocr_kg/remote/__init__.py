"""Sends a graph to another store over HTTP, and links the figures of a graph that is there.

Imports `build` and the packages above it in docs/architecture.md.
"""
