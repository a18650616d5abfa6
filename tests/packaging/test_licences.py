"""Licences of what is installed: which are refused, and that the page has every dependency."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tools.release import licences

from packaged import PROJECT


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "BSD-3-Clause AND Zlib",
        "GPL-3.0-only OR MIT",
        "GPL-2.0-only OR BSD-2-Clause AND ISC",
        "Apache Software License; MIT License",
    ],
)
def test_a_licence_or_one_of_several_to_choose_is_compatible(licence: str) -> None:
    assert licences.refused({"a": licence}) == []


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-only", "MIT AND GPL-3.0-only", "MIT; GPL", "LGPL-3.0-only", "UNKNOWN", ""],
)
def test_other_licences_and_unknown_ones_are_refused(licence: str) -> None:
    assert licences.refused({"a": licence, "b": "MIT"}) == [f"a: {licence}"]


def test_a_licence_that_was_accepted_is_so_for_its_package_only() -> None:
    for name, licence in licences.ACCEPTED:
        assert licences.refused({name: licence}) == []
        assert licences.refused({"a": licence}) == [f"a: {licence}"]


def test_page_has_every_direct_dependency() -> None:
    rows = re.findall(r"^\| ([\w.-]+) \|", licences.PAGE.read_text(encoding="utf-8"), re.M)
    extras = chain.from_iterable(PROJECT["optional-dependencies"].values())
    wanted = {canonicalize_name(Requirement(t).name) for t in [*PROJECT["dependencies"], *extras]}
    assert wanted - {canonicalize_name(row) for row in rows} == set()
