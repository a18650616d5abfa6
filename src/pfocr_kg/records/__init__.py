"""Reads files into records: sources, archives, front matter, tables, dictionaries.

What cannot be read is quarantined with its place and the reason. Imports only errors, IRIs, the
model and the shipped files.
"""
