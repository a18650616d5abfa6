"""What handlers reply, read as a client reads it."""

from __future__ import annotations

import io

from pfocr_kg.serve.messages import Reply


def body(reply: Reply) -> bytes:
    """The whole body of a reply."""
    if isinstance(reply.body, bytes):
        return reply.body
    if callable(reply.body):
        file = io.BytesIO()
        reply.body(file)
        return file.getvalue()
    return b"".join(reply.body)
