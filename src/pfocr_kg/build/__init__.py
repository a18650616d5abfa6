"""Builds a store from sources.

`run` has the steps: find the records (`corpus`), map and load them (`worker`, `draft`) or only what
has changed (`incremental`), link, publish, and report. The same worker maps records on a cluster
(`cluster`). Imports `link` and what stands above it.
"""
