"""What goes wrong in a bench; it imports nothing."""


class BenchError(Exception):
    """Something that one line explains."""


class Unavailable(BenchError):  # noqa: N818
    """A row cannot be measured here; the reason stands in the table."""
