"""Errors of a bench."""


class BenchError(Exception):
    """An error that one line explains."""


class Unavailable(BenchError):  # noqa: N818
    """A row cannot be measured here; the table gives the reason."""
