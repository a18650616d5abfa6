"""Bar charts as SVG that the server makes: numbers of years, and ranked things.

Widths are percentages and heights are pixels, so that letters keep their size on a phone. There are
classes and presentation attributes only, since the content policy forbids `style`; charts.css has
the colours. A chart whose bars are links is a group, no image: the parts of an image are hidden
from readers of the screen. The same values give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from pfocr_kg.records.control_characters import NOT_XML

FIGURES: Final = ("figure", "figures")
"""What numbers count, unless told otherwise: one, and several."""

_HEIGHT: Final = 190
_TOP: Final = 18
_BASE: Final = 164
"""Pixels from the top of a chart of years: its height, its highest bar's top, the axis."""

_GAP: Final = 0.2
"""The space between two bars, as a share of both."""

_LABELS: Final = 7
"""Labels of years at most: as many as a phone has room for."""

_MOST_YEARS: Final = 150
"""Years between the first and the last, above which missing ones get no room."""

_ROW: Final = 30
_BAR: Final = 26
"""Pixels of a row of ranked things, and of its bar."""

_LONGEST: Final = 38
"""Letters of a label that a phone has room for beside the number."""


def bars(
    values: Mapping[str, int],
    *,
    title: str,
    href: Callable[[str], str] | None = None,
    unit: tuple[str, str] = FIGURES,
    name: str = "years",
) -> Markup:
    """A bar for each year from the first to the last, and all numbers in a table below.

    `values` has years as texts; other keys, such as "unknown", are in the table only. `href` gives
    the address behind a year. `name` begins the ids of the chart, so charts of a page have
    different ones.
    """
    years = _years(values)
    most = max((values.get(year, 0) for year in years), default=0)
    drawing = Markup("").join(
        [
            *_value_lines(most),
            *_year_bars(values, years, most, href, unit),
            *_value_numbers(most),
            *_year_axis(years),
        ]
    )
    rows = {**dict.fromkeys(years, 0), **dict(sorted(values.items()))}
    counted = {key: count for key, count in rows.items() if count}
    table = _table(title, (*counted.items(),), href, unit)
    about = _about(years, values, unit)
    chart = _chart(name, title, about, drawing, _HEIGHT, is_link=href is not None, axis=True)
    return chart + table + _END


def ranked(
    rows: Sequence[tuple[str, int, str]],
    *,
    title: str,
    unit: tuple[str, str] = FIGURES,
    name: str = "ranked",
) -> Markup:
    """A horizontal bar for each (label, number, address), with label and number as text on it.

    The address can be "". `name` begins the ids of the chart.
    """
    most = max((count for _, count, _ in rows), default=0) or 1
    drawing = Markup("").join(
        linked(href, f"{label}: {counted(count, *unit)}", _ranked_bar(at, label, count, most))
        for at, (label, count, href) in enumerate(rows)
    )
    about = f"{len(rows):,} bars" if len(rows) != 1 else "One bar"
    has_links = any(href for _, _, href in rows)
    return _chart(name, title, about, drawing, _ROW * len(rows), is_link=has_links) + _END


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun.

    >>> counted(1, "gene"), counted(1200, "genus", "genera")
    ('1 gene', '1,200 genera')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def shortened(label: str, longest: int = _LONGEST) -> str:
    """A label on one line that is not too long."""
    label = " ".join(label.split())
    return label if len(label) <= longest else label[: longest - 1].rstrip() + "…"


def svg(text: str, /, **values: object) -> Markup:
    """A piece of SVG or HTML with values in {braces}, escaped; numbers have two decimals at most.

    Characters that XML cannot hold are left out.
    """
    clean = {key: _value(value) for key, value in values.items()}
    return Markup(text).format(**clean)  # noqa: S704 - texts are constants of this package


_END: Final = Markup("</figure>")


def _value(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return NOT_XML.sub("", value) if isinstance(value, str) and not _is_safe(value) else value


def _is_safe(value: object) -> bool:
    return hasattr(value, "__html__")


def _chart(
    name: str,
    title: str,
    about: str,
    drawing: Markup,
    height: int,
    *,
    is_link: bool,
    axis: bool = False,
) -> Markup:
    """The beginning of a <figure>: its title and drawing, with room for numbers of an axis."""
    return svg(
        '<figure class="chart"><figcaption id="{name}-title">{title}</figcaption>'
        '<svg class="chart-drawing{axis}" width="100%" height="{height}" role="{role}"'
        ' aria-labelledby="{name}-title {name}-about" xmlns="http://www.w3.org/2000/svg">'
        '<desc id="{name}-about">{about}</desc>{drawing}</svg>',
        name=name,
        title=title,
        about=about,
        drawing=drawing,
        height=height,
        axis=" chart-axis-left" if axis else "",
        role="group" if is_link else "img",
    )


def linked(href: str, title: str, drawing: Markup) -> Markup:
    """A part of a drawing with a title that browsers show, as a link if it leads somewhere."""
    if href:
        return svg(
            '<a href="{href}" aria-label="{title}"><title>{title}</title>{drawing}</a>',
            href=href,
            title=title,
            drawing=drawing,
        )
    return svg("<g><title>{title}</title>{drawing}</g>", title=title, drawing=drawing)


def _years(values: Mapping[str, int]) -> list[str]:
    """The years of a chart in order, missing ones too."""
    known = sorted(key for key in values if len(key) == 4 and key.isascii() and key.isdigit())
    if not known or int(known[-1]) - int(known[0]) >= _MOST_YEARS:
        return known
    return [str(year) for year in range(int(known[0]), int(known[-1]) + 1)]


def _about(years: Sequence[str], values: Mapping[str, int], unit: tuple[str, str]) -> str:
    if not years:
        return "No years"
    top = max(years, key=lambda year: values.get(year, 0))
    span = f"{years[0]} to {years[-1]}"
    return f"{span}. The most are of {top}: {counted(values.get(top, 0), *unit)}."


def _value_lines(most: int) -> Iterable[Markup]:
    """Two or three lines behind the bars."""
    for value in _values(most):
        yield svg(
            '<line class="chart-line" x1="0" x2="100%" y1="{y}" y2="{y}" stroke="currentColor"'
            ' stroke-opacity=".2"/>',
            y=_height(value, most),
        )


def _value_numbers(most: int) -> Iterable[Markup]:
    """Their numbers, left of the drawing, where charts.css leaves room and no bar is."""
    for value in _values(most):
        yield svg(
            '<text class="chart-text" x="-6" y="{y}" font-size="12" text-anchor="end"'
            ' fill="currentColor">{value}</text>',
            y=_height(value, most) + 4,
            value=f"{value:,}",
        )


def _values(most: int) -> range:
    step = _step(most, 3)
    return range(step, most + 1, step)


def _year_bars(
    values: Mapping[str, int],
    years: Sequence[str],
    most: int,
    href: Callable[[str], str] | None,
    unit: tuple[str, str],
) -> Iterable[Markup]:
    width = 100 / max(len(years), 1)
    for at, year in enumerate(years):
        count = values.get(year, 0)
        top = _height(count, most)
        # The first rectangle is the place to point at, as high as the chart.
        drawing = svg(
            '<rect class="chart-place" x="{left}%" y="0" width="{room}%" height="{base}"'
            ' fill="none" pointer-events="all"/><rect class="chart-bar" x="{x}%" y="{top}"'
            ' width="{width}%" height="{height}" fill="currentColor"/>',
            left=at * width,
            room=width,
            base=_BASE,
            x=(at + _GAP / 2) * width,
            width=width * (1 - _GAP),
            top=top,
            height=_BASE - top,
        )
        title = f"{year}: {counted(count, *unit)}"
        yield linked(href(year) if href and count else "", title, drawing)


def _year_axis(years: Sequence[str]) -> Iterable[Markup]:
    yield svg(
        '<line class="chart-axis" x1="0" x2="100%" y1="{y}" y2="{y}" stroke="currentColor"/>',
        y=_BASE,
    )
    step = _step(len(years), _LABELS)
    last = len(years) - 1
    for at, year in enumerate(years):
        if int(year) % step == 0:
            yield svg(
                '<text class="chart-text" x="{x}%" y="182" font-size="12" text-anchor="{anchor}"'
                ' fill="currentColor">{year}</text>',
                x=0 if at == 0 else 100 if at == last else (at + 0.5) / len(years) * 100,
                anchor="start" if at == 0 else "end" if at == last else "middle",
                year=year,
            )


def _height(value: int, most: int) -> float:
    """The y of a number, at least two pixels above the axis if it is not 0."""
    return _BASE - (max(2.0, (_BASE - _TOP) * value / most) if value else 0.0)


def _step(most: int, labels: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50... of which at most so many fit into `most`."""
    step, factors = 1, (2, 2.5, 2)
    at = 0
    while most // step > labels:
        step = int(step * factors[at % 3])
        at += 1
    return step


def _ranked_bar(at: int, label: str, count: int, most: int) -> Markup:
    top = at * _ROW + (_ROW - _BAR) / 2
    return svg(
        '<rect class="chart-place" x="0" y="{top}" width="100%" height="{bar}" rx="3" fill="none"'
        ' pointer-events="all"/><rect class="chart-tint" x="0" y="{top}" width="{width}%"'
        ' height="{bar}" rx="3" fill="currentColor" fill-opacity=".15"/>'
        '<text class="chart-label" x="8" y="{text}" font-size="14" fill="currentColor">'
        "{label}</text>"
        '<text class="chart-label" x="100%" dx="-8" y="{text}" font-size="14" text-anchor="end"'
        ' fill="currentColor">{count}</text>',
        top=top,
        bar=_BAR,
        width=100 * count / most,
        text=top + 18,
        label=shortened(label),
        count=f"{count:,}",
    )


def _table(
    title: str,
    rows: Sequence[tuple[str, int]],
    href: Callable[[str], str] | None,
    unit: tuple[str, str],
) -> Markup:
    """The numbers of a chart, for who cannot see bars and who wants to copy numbers."""
    cells = Markup("").join(
        svg(
            '<tr><th scope="row">{key}</th><td class="number">{count}</td></tr>',
            key=svg('<a href="{href}">{key}</a>', href=href(key), key=key) if href else key,
            count=f"{count:,}",
        )
        for key, count in rows
    )
    return svg(
        '<details class="chart-numbers"><summary>Numbers of the chart</summary><table>'
        "<caption>{title}</caption><thead><tr>"
        '<th scope="col">Year</th><th scope="col">{unit}</th></tr></thead>'
        "<tbody>{cells}</tbody></table></details>",
        title=title,
        unit=unit[1].capitalize(),
        cells=cells,
    )
