"""Networks of what figures draw together; `kinds.network` makes one, `files.write` writes it."""
