"""What the shell completes: names of queries, their parameters, and topics.

These functions are called by click, which makes the scripts for bash, zsh and fish:
https://click.palletsprojects.com/en/stable/shell-completion/
"""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, CompletionItem, ZshComplete, add_completion_class

from pfocr_kg.query import bundled


def query_names(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Names of bundled queries with their titles; files, where no name fits."""
    found = bundled.queries().values()
    names = [CompletionItem(q.name, help=q.title) for q in found if q.name.startswith(begun)]
    return names or [CompletionItem(begun, type="file")]


def parameters(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Parameters of the query that stands before, as NAME=; behind it, the values of a choice."""
    query = bundled.queries().get(context.params.get("what") or "")
    offered = {
        f"{parameter.name}={value}": parameter.description
        for parameter in (query.parameters if query else ())
        for value in (parameter.choices if begun.startswith(f"{parameter.name}=") else ("",))
    }
    return [CompletionItem(text, help=of) for text, of in offered.items() if text.startswith(begun)]


def topics(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Topics of bundled queries."""
    return [CompletionItem(topic) for topic in bundled.topics() if topic.startswith(begun)]


def files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Files and folders, where - or an address is taken as well."""
    return [CompletionItem(begun, type="file")]


def folders(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Folders, for options that take an address as well."""
    return [CompletionItem(begun, type="dir")]


class _Bash(BashComplete):
    """Completion for bash that puts no blank after NAME=, where the value follows."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)",
        "COMPREPLY+=($value)\n            if [[ $value == *= ]]; then compopt -o nospace; fi",
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before, and the one begun: bash divides NAME=VALUE at the sign."""
        words, begun = super().get_completion_args()
        if begun == "=" and words:
            return words[:-1], f"{words[-1]}="
        if words[-1:] == ["="] and len(words) > 1:
            return words[:-2], f"{words[-2]}={begun}"
        return words, begun

    def format_completion(self, item: CompletionItem) -> str:
        """A completion in bash's form, which wants the part behind the sign alone."""
        _, _, value = item.value.partition("=")
        if value:
            item = CompletionItem(value, item.type, item.help)
        return super().format_completion(item)


class _Zsh(ZshComplete):
    """The same for zsh; fish does so by itself."""

    _DESCRIBE = "_describe -V unsorted completions_with_descriptions -U"
    source_template = ZshComplete.source_template.replace(
        _DESCRIBE,
        f"if [[ $key == *= ]]; then {_DESCRIBE} -S ''; else {_DESCRIBE}; fi",
    )


add_completion_class(_Bash)
add_completion_class(_Zsh)
