"""Builds a store from sources: read, map and load every record, or only what has changed.

The same worker maps a batch of records in this process, in several, or on a cluster. Imports
`compare` and what stands above it.
"""
