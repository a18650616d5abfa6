"""SPARQL endpoint, API, pages and tools for assistants, on the store that a build made.

One process speaks HTTP (`app`), others answer (`worker`): each request goes as an `Asked` to a
worker, where the handler of its route makes a `Reply` from a `Site`. A worker that takes too long
or too much memory is killed; no other request notices.
"""
