"""Parameters of the API's operations: what a request gives, checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pfocr_kg.serve.messages import Asked, RequestError

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
"""Media types of forms."""
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_MOST: Final = 2**31 - 1
DECIMAL: Final = r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"
"""The form of decimal numbers, as queries take them."""


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """A parameter in an address or a form.

    `kind` is the type in JSON schema: "string", "integer" from `lowest` to `highest`, or
    "boolean"; texts fit the `pattern`. One that `repeats` has a list of values. `in_path` is for
    parts of the path.
    """

    name: str
    description: str
    kind: str = "string"
    choices: tuple[str, ...] = ()
    default: str = ""
    example: str | tuple[str, ...] = ""
    repeats: bool = False
    is_needed: bool = False
    in_path: bool = False
    lowest: int = 0
    highest: int = _MOST
    pattern: str = ""

    def read(self, values: Sequence[str]) -> Any:
        """The value, or the list of values, that a request means by these texts.

        Raises:
            RequestError: there are several or none, and one is needed, or a text is no value.

        """
        if self.repeats and (values or not self.is_needed):
            return [self._value(text) for text in values]
        if len(values) > 1:
            raise RequestError(400, f"{self.name} is given {len(values)} times", "Give it once")
        if values:
            return self._value(values[0])
        if self.is_needed:
            example = self.example if isinstance(self.example, str) else self.example[0]
            raise RequestError(400, f"{self.name} is not given", f"As in {self.name}={example}")
        return {"integer": None, "boolean": False}.get(self.kind, self.default)

    def _value(self, text: str) -> Any:
        if self.kind == "boolean":
            if text not in _TRUTH:
                raise self._error(text, "true or false")
            return _TRUTH[text]
        if self.kind == "integer":
            number = int(text) if re.fullmatch("[0-9]{1,10}", text) else -1
            if not self.lowest <= number <= self.highest:
                raise self._error(text, f"a number from {self.lowest} to {self.highest}")
            return number
        if self.choices and text not in self.choices:
            raise self._error(text, " or ".join(self.choices))
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise self._error(text, "a number")
        return text

    def _error(self, text: str, wanted: str) -> RequestError:
        return RequestError(400, f"{self.name} has to be {wanted}, not {text[:60]!r}")


def read(parameters: Sequence[ApiParameter], asked: Asked) -> dict[str, Any]:
    """The values of all parameters; an empty text counts as none.

    Raises:
        RequestError: 400, there is no such parameter, or a value is none of its own.

    """
    known = [parameter.name for parameter in parameters if not parameter.in_path]
    for name, _ in (*asked.query, *asked.form):
        if name not in known:
            raise _unknown(name, known)
    return {
        parameter.name: asked.path[parameter.name]
        if parameter.in_path
        else parameter.read([value for value in asked.all(parameter.name) if value])
        for parameter in parameters
    }


def _unknown(name: str, known: Sequence[str]) -> RequestError:
    near = get_close_matches(name, known, n=1)
    hint = f"Is {near[0]} meant?" if near else f"There are {', '.join(known)}"
    return RequestError(400, f"there is no parameter {name[:60]!r}", hint)
