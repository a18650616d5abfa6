"""What a graph knows of one thing: a module for each kind of thing, `showing` for any of them.

Each function takes a `Subject` and returns a dict of facts and `Part`s with stable keys, which
docs/show.md lists. Imports nothing that prints.
"""
