"""Names of diseases in the forms in which texts write them.

A name is a sequence of tokens. Texts write a token in several forms: in the plural, in British
spelling, with a Greek letter. A name has variants, such as "type II diabetes" for "type 2 diabetes
mellitus". All are made once; a search then only looks tokens up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from pfocr_kg.model import Entity
from pfocr_kg.records import dictionaries, values

Tokens = tuple[str, ...]

_POSSESSIVE: Final = re.compile(r"\w+(?='s\b)")

# US and British spelling; names of the Disease Ontology have the first.
_BRITISH: Final = (
    ("tumor", "tumour"),
    ("emia", "aemia"),
    ("emic", "aemic"),
    ("edema", "oedema"),
    ("esophag", "oesophag"),
    ("hemo", "haemo"),
    ("hema", "haema"),
    ("celiac", "coeliac"),
    ("rrhea", "rrhoea"),
    ("fetal", "foetal"),
    ("gynec", "gynaec"),
    ("amebi", "amoebi"),
    ("goiter", "goitre"),
    ("behavior", "behaviour"),
)
_ROMAN: Final = dict(zip("123456789", "i ii iii iv v vi vii viii ix".split(), strict=True))
_GREEK: Final = {  # letter: a control character, which stands for it in `plain`; name
    "\u03b1": ("\x01", "alpha"),
    "\u03b2": ("\x02", "beta"),
    "\u03b3": ("\x03", "gamma"),
    "\u03b4": ("\x04", "delta"),
    "\u03ba": ("\x05", "kappa"),
}
_GREEK_NAMES: Final = {name: character for character, name in _GREEK.values()}
_UNKNOWN_LETTER: Final = "\x08"

# What can stand for the end of a name, where that is no name of another disease.
_ENDS: Final = (
    (("infectious", "disease"), ("infection",)),
    (("carcinoma",), ("cancer",)),
    (("disease",), ("disorder",)),
    (("disorder",), ("disease",)),
    (("neoplasm",), ("tumor",)),
)

_OTHER_THINGS: Final = tuple(
    " ".join(name.split())
    for name in """
abelson leukemia; ataxia telangiectasia and rad3; ataxia telangiectasia mutated; avian sarcoma; b
cell leukemia 3; b cell lymphoma 10; b cell lymphoma 2; b cell lymphoma 3; b cell lymphoma 6; b
cell lymphoma extra large; b cell lymphoma xl; bordetella pertussis; breast cancer 1; breast
cancer 2; breast cancer antiestrogen resistance; breast cancer resistance; breast cancer
susceptibility; breast cancer type 1 susceptibility; breast cancer type 2 susceptibility;
chlamydia muridarum; chlamydia pneumoniae; chlamydia psittaci; chlamydia trachomatis; cockayne
syndrome group; cystic fibrosis transmembrane; deleted in colorectal cancer; deleted in colorectal
carcinoma; deleted in liver cancer; DiGeorge syndrome critical; ewing sarcoma breakpoint; fanconi
anemia complementation; fanconi anemia group; feline sarcoma; fragile x mental retardation; friend
leukemia; glioma associated oncogene; hypermethylated in cancer; leukemia inhibitory factor; mast
cell leukemia 1; melanoma cell adhesion molecule; melanoma differentiation associated; moloney
leukemia; murine leukemia; murine sarcoma; mycobacterium tuberculosis; myeloid cell leukemia 1;
myeloid leukemia cell differentiation; neuroblastoma ras; nijmegen breakage syndrome 1;
osteosarcoma amplified; promyelocytic leukemia nuclear body; promyelocytic leukemia zinc finger;
rapidly accelerated fibrosarcoma; rat sarcoma; retinoblastoma 1; retinoblastoma associated;
retinoblastoma binding; retinoblastoma gene; retinoblastoma tumor suppressor; rous sarcoma;
sarcoma viral oncogene; simian sarcoma; t cell leukemia 1; t cell lymphoma invasion; tuberous
sclerosis 1; tuberous sclerosis 2; tuberous sclerosis complex 1; tuberous sclerosis complex 2;
wilms tumor 1; xeroderma pigmentosum complementation; xeroderma pigmentosum group
""".split(";")
)
"""Names of genes, proteins and organisms with the name of a disease in them."""

# Words of names that many texts have without a disease: poor anchors.
_COMMON: Final = frozenset(
    "activated activation activity alpha and associated beta binding cell cells complex delta due "
    "factor form function gamma gene kappa like linked membrane negative nuclear positive "
    "production related secretory type variant viral with".split()
)


class DiseaseTerm(NamedTuple):
    """A disease and its name in the vocabulary; without a disease, a name of another thing."""

    disease: Entity | None
    name: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names of diseases by their tokens.

    `forms` maps each form of a token to the token. The keys of `terms` are of tokens. Each key has
    an anchor, a token that few texts have without a disease; `anchors` maps it to (its place in
    the key, length of the key). `anchor_forms` are the forms of anchors.
    """

    terms: Mapping[Tokens, DiseaseTerm]
    forms: Mapping[str, str]
    anchors: Mapping[str, tuple[tuple[int, int], ...]]
    anchor_forms: frozenset[str]


@cache
def bundled_vocabulary() -> Vocabulary:
    """The names of the bundled dictionary."""
    return vocabulary(
        (values.disease(doid), name)
        for doid, label, other_names in dictionaries.disease_names()
        for name in (label, *other_names)
    )


def vocabulary(names: Iterable[tuple[Entity, str]]) -> Vocabulary:
    """The vocabulary of these diseases and their names; the first of equal names is used."""
    listed = [DiseaseTerm(disease, name) for disease, name in names]
    terms: dict[Tokens, DiseaseTerm] = {}
    for term in (*(DiseaseTerm(None, name) for name in _OTHER_THINGS), *listed):
        terms.setdefault(_tokens(term.name), term)
    for tokens, term in list(terms.items()):
        for variant in _variants(tokens):
            terms.setdefault(variant, term)
    persons = {plain(word) for term in listed for word in _POSSESSIVE.findall(term.name)}
    return _indexed(terms, _forms(terms, persons))


def _indexed(terms: Mapping[Tokens, DiseaseTerm], forms: dict[str, str]) -> Vocabulary:
    """The vocabulary of these names; a token that is a form of another is replaced by that."""
    terms = {tuple(map(forms.__getitem__, tokens)): term for tokens, term in terms.items()}
    anchors: dict[str, set[tuple[int, int]]] = {}
    for tokens in terms:
        place = _anchor(tokens)
        anchors.setdefault(tokens[place], set()).add((place, len(tokens)))
    return Vocabulary(
        terms,
        forms,
        {token: tuple(sorted(places)) for token, places in anchors.items()},
        frozenset(form for form, token in forms.items() if token in anchors),
    )


def plain(text: str) -> str:
    """A text as tokens between blanks: in lower case, without marks on letters and without "'s".

    Each letter stays in its place: places in the result are places in the text.
    """
    if not text.isascii():
        text = _NOT_ASCII.sub(_ascii, text)
    return text.translate(_TO_TOKENS).replace(" s ", "   ")


_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")

# From ASCII to ASCII, which Python does many times as fast as with other characters.
_TO_TOKENS: Final = {
    code: chr(code).lower() if chr(code).isalnum() or 0 < code < 9 else " " for code in range(128)
}


def _ascii(match: re.Match[str]) -> str:
    return _ascii_letter(match[0])


@lru_cache(maxsize=1 << 12)
def _ascii_letter(letter: str) -> str:
    if letter in _GREEK:
        return _GREEK[letter][0]
    first = unicodedata.normalize("NFKD", letter)[0]
    if first.isascii():
        return first
    return _UNKNOWN_LETTER if letter.isalnum() else " "


def _tokens(name: str) -> Tokens:
    return tuple(plain(name).split())


def _anchor(tokens: Tokens) -> int:
    """The place of the last token that is a word of its own."""
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if len(token) > 3 and token.isalpha() and token not in _COMMON:
            return place
    return len(tokens) - 1


def _variants(tokens: Tokens) -> Iterator[Tokens]:
    """Other names that follow from the tokens of a name."""
    for variant in (tokens, tuple(word for word in tokens if word != "mellitus")):
        if variant != tokens:
            yield variant
        for end, other in _ENDS:
            if len(variant) > len(end) and variant[-len(end) :] == end:
                yield (*variant[: -len(end)], *other)
        if "type" in variant[:-1]:
            yield from _of_type(variant)
        if variant[0] in ("non", "pre") and len(variant) > 1:
            yield (variant[0] + variant[1], *variant[2:])


def _of_type(tokens: Tokens) -> Iterator[Tokens]:
    """The number after "type" in Roman figures, and "x type 2" for "type 2 x"."""
    at = tokens.index("type")
    number = tokens[at + 1]
    for figure in (number, _ROMAN.get(number, number)):
        yield (*tokens[: at + 1], figure, *tokens[at + 2 :])
        if at == 0 and len(tokens) > 2:
            yield (*tokens[2:], "type", figure)


def _forms(names: Iterable[Tokens], persons: Collection[str]) -> dict[str, str]:
    """Form -> token. Only anchors have a plural; `persons` can have an "s" for "'s"."""
    spelled = {token: _spellings(token) for tokens in names for token in tokens}
    forms = {form: token for token, spellings in spelled.items() for form in spellings}
    forms |= {f"{token}s": token for token in persons}
    forms |= {token: token for token in spelled}
    anchors = {tokens[_anchor(tokens)] for tokens in names}
    return forms | {_plural(form): token for token in sorted(anchors) for form in spelled[token]}


def _spellings(token: str) -> set[str]:
    """The token in US and British spelling, and with a Greek letter for its name."""
    british = token
    for us, uk in _BRITISH:
        british = british.replace(us, uk)
    return {token, british, _GREEK_NAMES.get(token, token)}


def _plural(word: str) -> str:
    if word.endswith("is"):
        return word[:-2] + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
