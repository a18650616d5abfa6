"""The page on errors has each reason, exception and exit code that the code can give."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from documents import sections
from pfocr_kg import errors
from pfocr_kg.cli import exit_codes
from places import ROOT

PACKAGE = ROOT / "src" / "pfocr_kg"
PAGE = ROOT / "docs" / "reference" / "errors.md"
ANY = "…"


def first_cells(section: str) -> list[str]:
    """The code in the first column of tables."""
    return re.findall(r"^\| `?(.+?)`? \| ", sections(PAGE)[section].replace("\\|", "|"), re.M)


def templates(node: ast.expr, function: ast.FunctionDef) -> set[str]:
    """The texts that an expression can be, with ANY for what is known when it runs only."""
    match node:
        case ast.Constant():
            return {str(node.value)}
        case ast.FormattedValue(value=ast.Name(id="reason")):
            return templates(node.value, function)
        case ast.JoinedStr():
            parts = [""]
            for value in node.values:
                parts = [part + more for part in parts for more in templates(value, function)]
            return set(parts)
        case ast.Name(id="reason"):
            before = [
                a.value
                for a in ast.walk(function)
                if isinstance(a, ast.Assign) and a.lineno < node.lineno
                if isinstance(a.targets[0], ast.Name) and a.targets[0].id == "reason"
            ]
            return templates(before[-1], function)
    return {ANY}


def reasons(name: str) -> Iterator[str]:
    """The first argument of all calls that make such an error."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text if f"{name}(" in text else "")
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for function in functions if path != Path(errors.__file__) else ():
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == name:
                    yield from templates(call.args[0], function) - {ANY}


def fits(template: str, text: str) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, template.split(ANY))), text))


def test_each_reason_of_a_quarantine_has_an_example() -> None:
    listed = first_cells("Quarantine")
    found = set(reasons("RecordError"))
    assert len(found) > 50
    shown = {max((t for t in found if fits(t, text)), key=len, default=text) for text in listed}
    assert shown - found - {"reason"} == set()
    assert found - shown == set()


def test_each_reason_of_a_full_build_is_there() -> None:
    text = sections(PAGE)["In the report without an error"]
    assert [r for r in reasons("FullBuildNeededError") if f"`{r}`" not in text] == []


def test_each_exception_and_exit_code_is_there() -> None:
    classes = inspect.getmembers(errors, inspect.isclass)
    raised = {name for name, kind in classes if kind.__module__ == errors.__name__}
    assert set(first_cells("Exceptions")) - {"exception"} == raised
    codes = {value for value in vars(exit_codes).values() if isinstance(value, int)}
    assert set(first_cells("Exit codes")) - {"code"} == {"0", *map(str, codes)}
