"""Compiles SHACL shapes to SPARQL: one query for each constraint, which finds its violations.

Knows the terms of SHACL that `ontologies/shapes.ttl` uses, and refuses all others, so that no
constraint stays unchecked. What each term means: https://www.w3.org/TR/shacl/, sections 2 to 5.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import combinations, count
from typing import Final

from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import IdentifiedNode, Node

from pfocr_kg.errors import ShapeError

_INSTANCE: Final = "a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*"

_DECIMAL: Final = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_LEXICAL: Final = {
    XSD.string: "",
    XSD.integer: "^[+-]?[0-9]+$",
    XSD.decimal: f"^{_DECIMAL}$",
    XSD.double: f"^({_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)$",
    XSD.gYear: "^-?([1-9][0-9]*)?[0-9]{4}(Z|[+-][0-9]{2}:[0-9]{2})?$",
}
"""Datatypes, and a pattern of their texts; https://www.w3.org/TR/xmlschema11-2/, section 3."""

_NUMBERS: Final = (XSD.integer, XSD.decimal, XSD.double)
_BOUNDS: Final = {SH.minInclusive: ">=", SH.minExclusive: ">", SH.maxInclusive: "<="}
_COMPOSED: Final = {SH["not"], SH["or"], SH.xone, SH["in"]}
"""Constraints on one value, of parts that are shapes or a list."""

_COUNTS: Final = {SH.minCount, SH.maxCount}
_QUALIFIED_COUNTS: Final = {SH.qualifiedMinCount, SH.qualifiedMaxCount}
_OF_NODE: Final = {SH.hasValue, *_COUNTS, *_QUALIFIED_COUNTS}
"""Constraints on all values of a property together."""

_PAIRS: Final = {SH.equals, SH.lessThanOrEquals}
_NO_CONSTRAINTS: Final = {RDF.type, SH.targetClass, SH.path, SH.message, SH.qualifiedValueShape}


@dataclass(frozen=True, slots=True)
class Check:
    """A constraint as a query; each row `?this ?value` violates it, `?value` may be unbound.

    `path` is an IRI, a path in SPARQL, or empty. In `message`, {?value} stands for the value.
    """

    path: str
    message: str
    query: str


def compile_shapes(shapes: Graph) -> list[Check]:
    """Compile the constraints of all shapes that have target classes.

    Raises:
        ShapeError: a shape has a term or value that is not supported.

    """
    targets = {str(term) for term in shapes.predicates() if SH.target in str(term)}
    _refuse(SH.target, targets - {str(SH.targetClass)})
    _refuse(RDFS.Class, set(shapes.subjects(RDF.type, RDFS.Class)))
    targeted = sorted(set(shapes.subjects(SH.targetClass)), key=str)
    return [check for shape in targeted for check in _Compiler(shapes).checks(shape)]


class _Compiler:
    """Turns shapes of a graph into patterns and conditions of SPARQL."""

    def __init__(self, shapes: Graph) -> None:
        self.shapes = shapes
        self.names = (f"?v{number}" for number in count())

    def checks(self, shape: Node) -> Iterator[Check]:
        """The constraints of a shape with targets, and of its property shapes."""
        classes = " ".join(_term(c) for c in self.shapes.objects(shape, SH.targetClass))
        target = f"VALUES ?class {{ {classes} }} ?this {_INSTANCE} ?class ."
        for term, value in self.constraints(shape):
            if term == SH.property:
                yield from self.property_checks(target, value)
            elif term == SH.sparql:
                yield self.sparql_check(target, value)
            else:
                condition = self.of_value("?this", "?this", term, value)
                yield self.check(shape, f"{target} BIND(?this AS ?value) FILTER(!{condition})")

    def property_checks(self, target: str, shape: Node) -> Iterator[Check]:
        """The constraints of a property shape, for the nodes of a target."""
        path = self.path_of(shape)
        for term, value in self.constraints(shape):
            if term in _PAIRS:
                found = _unpaired(path, term, value)
            elif term in _OF_NODE:
                found = f"FILTER(!{self.of_node('?this', shape, term, value)})"
            else:
                condition = self.of_value("?this", "?value", term, value)
                found = f"?this {path} ?value FILTER(!{condition})"
            yield self.check(shape, f"{target} {found}")

    def check(self, shape: Node, where: str, prefixes: str = "") -> Check:
        """A check with the path and message of a shape."""
        path = self.shapes.value(shape, SH.path)
        shown = str(path) if isinstance(path, URIRef) else self.path_of(shape) if path else ""
        query = f"{prefixes}SELECT DISTINCT ?this ?value WHERE {{ {where} }}"
        return Check(shown, str(self.one(shape, SH.message)), query)

    def sparql_check(self, target: str, constraint: Node) -> Check:
        """A SELECT of the shapes, for all nodes at once, so it has to bind `$this` itself."""
        known = {RDF.type, SH.message, SH.prefixes, SH.select}
        _refuse(constraint, set(self.shapes.predicates(constraint)) - known)
        declared = self.shapes.objects(self.one(constraint, SH.prefixes), SH.declare)
        pairs = ((self.one(d, SH.prefix), self.one(d, SH.namespace)) for d in declared)
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(pairs))
        select = str(self.one(constraint, SH.select))
        names = {str(name) for name in prepareQuery(prefixes + select).algebra.PV}
        _refuse(constraint, names - {"this", "value"})
        return self.check(constraint, f"{target} {{ {select} }}", prefixes)

    def constraints(self, shape: Node) -> Iterator[tuple[Node, Node]]:
        """The constraints of a shape: term and value."""
        stated = sorted(self.shapes.predicate_objects(shape))
        terms = {term for term, _ in stated}
        only = {*_OF_NODE, *_PAIRS, SH.qualifiedValueShape}
        others = only if SH.path in terms else {SH.property, SH.sparql, SH.targetClass}
        _refuse(shape, terms - {*_ON_VALUE, *_COMPOSED, *others, *_NO_CONSTRAINTS})
        if SH.path in terms:
            _refuse(shape, terms & {SH.targetClass})
        if SH.qualifiedValueShape in terms and not terms & _QUALIFIED_COUNTS:
            _refuse(shape, {SH.qualifiedValueShape})
        yield from ((term, value) for term, value in stated if term not in _NO_CONSTRAINTS)

    def of_node(self, node: str, shape: Node, term: Node, value: Node) -> str:
        """The condition on all values together that a node has of a property."""
        path = self.path_of(shape)
        if term == SH.hasValue:
            return f"EXISTS {{ {node} {path} {_term(value)} }}"
        inner = self.one(shape, SH.qualifiedValueShape) if term in _QUALIFIED_COUNTS else None
        if not str(value).isdecimal():
            raise ShapeError(f"{shape}: {term} is no whole number: {value}")
        number = int(str(value))
        if term in (SH.minCount, SH.qualifiedMinCount):
            return self.has(node, path, number, inner)
        return f"(!{self.has(node, path, number + 1, inner)})"

    def has(self, node: str, path: str, number: int, inner: Node | None) -> str:
        """The condition that a node has so many values, each conforming to an inner shape."""
        names = [next(self.names) for _ in range(number)]
        found = [f"{node} {path} {name} ." for name in names]
        found += [f"FILTER(!sameTerm({a}, {b}))" for a, b in combinations(names, 2)]
        if inner is not None:
            found += [f"FILTER({self.conforms(name, inner)})" for name in names]
        return f"EXISTS {{ {' '.join(found)} }}"

    def of_value(self, node: str, value: str, term: Node, given: Node) -> str:
        """The condition on one value of a node; false where SPARQL has an error."""
        if term == SH["not"]:
            return f"(!{self.conforms(value, given)})"
        if term not in _COMPOSED:
            return _ON_VALUE[term](node, value, given)
        members = list(self.shapes.items(given))
        if term == SH["in"]:
            return f"COALESCE({value} IN ({', '.join(map(_text_or_iri, members))}), false)"
        conditions = [self.conforms(value, shape) for shape in members]
        if term == SH["or"]:
            return f"({' || '.join(conditions)})"
        return f"({' + '.join(f'IF({c}, 1, 0)' for c in conditions)} = 1)"

    def conforms(self, node: str, shape: Node) -> str:
        """The condition that a node conforms to a shape inside another one."""
        conditions = [self.part(node, shape, *pair) for pair in self.constraints(shape)]
        return f"({' && '.join(conditions)})"

    def part(self, node: str, shape: Node, term: Node, given: Node) -> str:
        """The condition that a node fulfils one constraint of a shape inside another one."""
        _refuse(shape, {term} & {SH.sparql, *_PAIRS})
        if term == SH.property:
            return self.conforms(node, given)
        if term in _OF_NODE:
            return self.of_node(node, shape, term, given)
        if (shape, SH.path, None) not in self.shapes:
            return self.of_value(node, node, term, given)
        value = next(self.names)
        condition = self.of_value(node, value, term, given)
        return f"(!EXISTS {{ {node} {self.path_of(shape)} {value} FILTER(!{condition}) }})"

    def path_of(self, shape: Node) -> str:
        """The path of a property shape in SPARQL."""
        return self.path(self.one(shape, SH.path))

    def path(self, path: Node) -> str:
        """A path in SPARQL: a property, an inverse or alternatives."""
        if isinstance(path, URIRef):
            return _term(path)
        stated = dict(self.shapes.predicate_objects(path))
        _refuse(path, stated.keys() - {SH.inversePath, SH.alternativePath})
        if inverse := stated.get(SH.inversePath):
            return f"^{self.path(inverse)}"
        return f"({'|'.join(map(self.path, self.shapes.items(stated[SH.alternativePath])))})"

    def one(self, subject: Node, term: URIRef) -> Node:
        """The only value of a term."""
        found = list(self.shapes.objects(subject, term))
        if len(found) != 1:
            raise ShapeError(f"{subject}: needs one {term}, has {len(found)}")
        return found[0]


def _refuse(shape: Node, terms: Collection[object]) -> None:
    if terms:
        raise ShapeError(f"{shape}: not supported here: {', '.join(sorted(map(str, terms)))}")


def _term(term: Node) -> str:
    assert isinstance(term, (IdentifiedNode, Literal))
    return term.n3()


def _text_or_iri(term: Node) -> str:
    """A term whose equality in SPARQL is that of RDF; of numbers, 1 and 1.0 are equal there."""
    if isinstance(term, URIRef) or (isinstance(term, Literal) and not term.datatype):
        return _term(term)
    raise ShapeError(f"{term}: only texts and IRIs are supported in {SH['in']}")


def _unpaired(path: str, term: Node, other: Node) -> str:
    """The pattern of values that do not go with those of another property."""
    that = _term(other)
    if term == SH.lessThanOrEquals:
        compared = f"COALESCE({_number('?value')} <= {_number('?other')}, false)"
        return f"?this {path} ?value . ?this {that} ?other FILTER(!{compared})"
    one, two = (
        f"{{ ?this {a} ?value FILTER NOT EXISTS {{ ?this {b} ?value }} }}"
        for a, b in ((path, that), (that, path))
    )
    return f"{one} UNION {two}"


def _datatype(_node: str, value: str, datatype: Node) -> str:
    if datatype not in _LEXICAL:
        raise ShapeError(f"{datatype}: not supported as {SH.datatype}")
    condition = f"DATATYPE({value}) = {_term(datatype)}"
    if pattern := _LEXICAL[URIRef(str(datatype))]:
        condition += f' && REGEX(STR({value}), "{pattern}")'
    return f"COALESCE({condition}, false)"


def _bound(operator: str) -> Callable[[str, str, Node], str]:
    def condition(_node: str, value: str, bound: Node) -> str:
        return f"COALESCE({_number(value)} {operator} {_term(bound)}, false)"

    return condition


def _number(value: str) -> str:
    """A number as a double: stores do not compare those with more digits than they can hold."""
    numbers = ", ".join(map(_term, _NUMBERS))
    return f"IF(DATATYPE({value}) IN ({numbers}), {_term(XSD.double)}(STR({value})), {value})"


def _node_kind(_node: str, value: str, kind: Node) -> str:
    if kind != SH.IRI:
        raise ShapeError(f"{kind}: not supported as {SH.nodeKind}")
    return f"isIRI({value})"


_ON_VALUE: Final[dict[Node, Callable[[str, str, Node], str]]] = {
    SH["class"]: lambda _, value, given: f"EXISTS {{ {value} {_INSTANCE} {_term(given)} }}",
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.pattern: lambda _, v, given: f"COALESCE(REGEX(STR({v}), {_term(given)}), false)",
    SH.minLength: lambda _, v, given: f"COALESCE(STRLEN(STR({v})) >= {_term(given)}, false)",
    SH.disjoint: lambda node, value, given: f"(!EXISTS {{ {node} {_term(given)} {value} }})",
    **{term: _bound(operator) for term, operator in _BOUNDS.items()},
}
"""Constraints on one value: node, value and what the shape gives -> condition."""
