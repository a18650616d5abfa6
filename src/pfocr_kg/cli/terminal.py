"""Shows texts on a terminal as data: nothing in them moves its cursor, colours or hides a word.

All that this package prints on a terminal passes through `escaped`: what goes to the standard
streams in `protect`, what rich draws in `Screen`. In files and pipes data stays as it is.
"""

from __future__ import annotations

import codecs
import io
import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Final, cast

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from pfocr_kg.errors import without_middle

_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls; line feed and tab are harmless
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # directions, line ends, of no width
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags among them
    "\ud800-\udfff]|\r(?!\n)"
)
"""Characters that steer a terminal, or that nobody sees on it.

Controls (category Cc), and Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt
without the variation selectors U+FE00 to U+FE0F, which choose the form of a letter or emoji.
"""


def escaped(text: str) -> str:
    r"""The text with each character that steers or deceives as its number, such as \u001b.

    This is how N-Triples, JSON and Python write it. A byte that is no text is \x9b.
    """
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name, as PEP 383 decodes it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """The text with its line ends, which would begin another line, as numbers."""
    return text if text.isprintable() else text.translate(_LINE_ENDS)


_LINE_ENDS: Final = {ord(end): f"\\u{ord(end):04x}" for end in "\n\r"}


def say(line: str) -> None:
    """Print one line on standard error; what is too long to read is left out of its middle.

    What was printed on standard output before stands above it, also in a file or pipe of both.
    """
    if sys.stdout is not None:
        sys.stdout.flush()
    click.echo(one_line(without_middle(line)), err=True)


def notes(*, quiet: bool) -> Callable[[str], None]:
    """`say`; with `quiet` nothing."""
    return (lambda _: None) if quiet else say


def protect() -> None:
    """Escape what is printed on standard output and standard error where they are terminals."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and stream.isatty():
            below = cast("BinaryIO", _Escaping(stream))
            protected = io.TextIOWrapper(below, stream.encoding, stream.errors, line_buffering=True)
            setattr(sys, name, protected)


class _Escaping(io.BufferedIOBase):
    """The bytes below a standard stream, of which every writer's come here, escaped."""

    def __init__(self, terminal: io.TextIOWrapper) -> None:
        self.terminal = terminal
        decoder = codecs.getincrementaldecoder(terminal.encoding)("surrogateescape")
        # A "\r" waits for what follows, since "\r\n" is a line end of CSV.
        self._decoder = io.IncrementalNewlineDecoder(decoder, translate=False)

    def write(self, data: Any) -> int:
        text = escaped(self._decoder.decode(bytes(data)))
        self.terminal.buffer.write(text.encode(self.terminal.encoding, "replace"))
        return len(data)

    def flush(self) -> None:
        self.terminal.buffer.flush()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.terminal.fileno()


class Screen(Console):
    """Standard output or standard error, for what rich draws; colours are its own."""

    def __init__(self, *, stderr: bool = False, quiet: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        below = getattr(stream, "buffer", None)
        file = below.terminal if isinstance(below, _Escaping) else stream
        super().__init__(file=file, highlight=False, quiet=quiet)
        self.escapes = file is not stream or self.is_terminal

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """What is drawn: texts, escaped where `shown` has not done so, and controls of rich."""
        for segment in super().render(renderable, options):
            if self.escapes and not segment.control:
                yield Segment(escaped(segment.text), segment.style)
            else:
                yield segment

    def on_broken_pipe(self) -> None:
        """Leave the error to the group of commands; rich itself would exit with 1."""
        raise BrokenPipeError


def shown(text: str, console: Console) -> str:
    """The text as this console shows it; before it is laid out, since its width changes."""
    return escaped(text) if isinstance(console, Screen) and console.escapes else text


class LogLine(logging.Formatter):
    """An entry of a log: one line, whatever is in it; an exception has indented lines below."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line."""
        return escaped(one_line(without_middle(super().formatMessage(record))))

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The lines of an exception."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {escaped(one_line(line))}" for line in lines)
