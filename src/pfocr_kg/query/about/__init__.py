"""What a graph knows of one thing: a module for each kind of thing, `showing` for any of them.

Each function takes a `Subject` and returns a dict with stable keys, which docs/guides/show.md
lists: facts, and functions that make `Part`s and costly facts, so that some can be made without the
others. Imports nothing that prints.
"""
