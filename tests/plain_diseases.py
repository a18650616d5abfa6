"""Diseases that a text names, found by a plain search for each name: slow, and apart from the code.

Both the text and the names are rewritten into one spelling, without plurals, and each name is then
looked for as a string. Nothing of the package is imported.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from places import ROOT

GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa"}  # noqa: RUF001
US = [
    (r"aemi(?=[ac])", "emi"),
    ("tumour", "tumor"),
    ("oedema", "edema"),
    ("oesophag", "esophag"),
    (r"haem(?=[oa])", "hem"),
    ("coeliac", "celiac"),
    ("rrhoea", "rrhea"),
]
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}
ENDS = {"infectious disease": "infection", "carcinoma": "cancer", "neoplasm": "tumor"}
NOT_DISEASES = [
    "chlamydia trachomatis",
    "digeorge syndrome critical",
    "melanoma differentiation associated",
    "mycobacterium tuberculosis",
    "osteosarcoma amplified",
    "rapidly accelerated fibrosarcoma",
]
FOLLOWED = re.compile(
    r"(syndrome )?((type )?\w{1,2} ){0,2}(associated )?"
    r"(\w*virus|viral|virion|cov|toxin|toxoid|protein|antigen|helicase) "
    r"(?!(2 )?(\( \w+( \w+)* \) )?infection )"
)


def one_spelling(text: str) -> str:
    """Words and marks between blanks, in US spelling and without plurals."""
    text = unicodedata.normalize("NFKD", "".join(GREEK.get(letter, letter) for letter in text))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    text = re.sub(r"['’ʼ]s\b", "", text)  # noqa: RUF001
    for uk, us in US:
        text = re.sub(uk, us, text)
    text = re.sub(r"[-‐‑‒–—'’\s]+", " ", text)  # noqa: RUF001
    words = re.findall(r"[^\W_]+|[^\w\s]", text)
    words = [singular(word) for word in words if word != "mellitus"]
    words = [ROMAN.get(w, w) if before == "type" else w for before, w in zip(["", *words], words)]  # noqa: B905
    return re.sub(r" (non|pre) (?=\w)", r" \1", f" {' '.join(words)} ")


def singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(ss|us|x|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if re.search(r"[^sui]s$", word) else word


@cache
def names() -> dict[str, tuple[str, str]]:
    """Name in one spelling -> (DOID, name as written)."""
    found: dict[str, tuple[str, str]] = {}
    lines = (ROOT / "ontologies" / "disease-names.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("DOID:"):
            doid, name, others = line.split("\t")
            for each in [name, *filter(None, others.split("|"))]:
                found.setdefault(one_spelling(each), (doid, each))
    for name, disease in list(found.items()):
        for other in other_words(name):
            found.setdefault(other, disease)
    return found


def other_words(name: str) -> list[str]:
    """What may stand for a name where it is no other disease's."""
    others = [
        name.removesuffix(f" {end} ") + f" {other} "
        for end, other in (*ENDS.items(), ("disease", "disorder"), ("disorder", "disease"))
        if name.endswith(f" {end} ") and name != f" {end} "
    ]
    if match := re.fullmatch(r" (type \w+) (.+) ", name):
        others.append(f" {match[2]} {match[1]} ")
    return others


@cache
def named_in(text: str) -> frozenset[str]:
    """DOIDs of the diseases that a text names."""
    plain = one_spelling(text)
    places = []
    for name, disease in (*names().items(), *((f" {thing} ", None) for thing in NOT_DISEASES)):
        start = plain.find(name)
        while start >= 0:
            places.append((start, start + len(name), disease))
            start = plain.find(name, start + 1)
    places.sort(key=lambda place: (place[0] - place[1], place[0]))
    kept: list[tuple[int, int]] = []
    found = set()
    for start, end, disease in places:
        if any(start < other_end - 1 and other < end - 1 for other, other_end in kept):
            continue
        kept.append((start, end))
        if disease and is_named(text, plain, start, end, disease[1]):
            found.add(disease[0])
    return frozenset(found)


def is_named(text: str, plain: str, start: int, end: int, name: str) -> bool:
    """Whether it is a disease here, no virus or bacterium, and in capitals if it is so written."""
    if name.isupper() and " " not in name and not re.search(rf"\b{name}\b", text):
        return False
    if " " not in plain[start:end].strip() and re.search(r" [a-z] \.$", plain[:start]):
        return False
    return FOLLOWED.match(plain, end) is None
