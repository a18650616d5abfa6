"""The JSON-LD contexts, and the list of files of `ontologies/`."""

from __future__ import annotations

import json
import re

from pyld import jsonld
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef

from vocabulary import CC0, ONTOLOGIES, SCHEMA, XSD, load

# --- The JSON-LD contexts


def context(name: str) -> dict[str, object]:
    return json.loads((ONTOLOGIES / name).read_text(encoding="utf-8"))["@context"]


def expanded_iri(term: str, terms: dict[str, object]) -> str:
    prefix, colon, local = term.partition(":")
    return f"{terms[prefix]}{local}" if colon and prefix in terms else term


def test_the_mapping_uses_the_vocabulary_as_defined() -> None:
    graph, terms = load("pfocr.ttl"), context("context.jsonld")
    for key, value in terms.items():
        definition = {"@id": value} if isinstance(value, str) else value
        if not isinstance(definition, dict) or not str(definition.get("@id")).startswith("pfocr:"):
            continue
        iri = URIRef(expanded_iri(str(definition["@id"]), terms))
        types = set(graph.objects(iri, RDF.type))
        assert types, f"{key}: {iri} is not in the vocabulary"
        if "@type" not in definition:
            assert OWL.Class in types or graph.value(iri, RDFS.range) == XSD.string, key
        elif definition["@type"] == "@id":
            assert types == {OWL.ObjectProperty}, key
        else:
            datatype = expanded_iri(str(definition["@type"]), terms)
            assert graph.value(iri, RDFS.range) == URIRef(datatype), key


def schema_jsonld(**block: object) -> Graph:
    """Return the triples of a JSON-LD block of a record, with the bundled context alone."""

    def loader(url: str, options: object) -> dict[str, object]:
        assert url == "https://schema.org/"
        document = json.loads((ONTOLOGIES / "schema.jsonld").read_text(encoding="utf-8"))
        return {"contextUrl": None, "documentUrl": url, "document": document}

    document = {"@context": "https://schema.org/", **block}
    nquads = jsonld.to_rdf(
        document, {"documentLoader": loader, "format": "application/n-quads", "base": ""}
    )
    return Graph().parse(data=nquads, format="nt")


def test_the_records_own_json_ld_keeps_its_facts_in_the_bundled_context() -> None:
    figure = "https://pfocr.wikipathways.org/figures/PMC1__F1.html"
    graph = schema_jsonld(
        **{"@id": figure, "@type": "Dataset"},
        description="What is drawn",
        license="CC0",
        name="CreativeWork",
        creator={"@type": "Organization", "name": "WikiPathways"},
        keywords=["IGF1", "Cancer"],
    )
    subject = URIRef(figure)
    creator = graph.value(subject, SCHEMA.creator)
    assert set(graph) == {
        (subject, RDF.type, SCHEMA.Dataset),
        (subject, SCHEMA.description, Literal("What is drawn")),
        (subject, SCHEMA.license, CC0),
        (subject, SCHEMA.name, Literal("CreativeWork")),
        (subject, SCHEMA.creator, creator),
        (creator, RDF.type, SCHEMA.Organization),
        (creator, SCHEMA.name, Literal("WikiPathways")),
        (subject, SCHEMA.keywords, Literal("IGF1")),
        (subject, SCHEMA.keywords, Literal("Cancer")),
    }


def test_a_licence_given_as_an_iri_stays_it() -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    graph = schema_jsonld(**{"@id": "https://example.org/a"}, license=licence, version="2")
    subject = URIRef("https://example.org/a")
    assert set(graph) == {
        (subject, SCHEMA.license, URIRef(licence)),
        (subject, SCHEMA.version, Literal("2")),
    }


# --- The folder


def test_the_readme_names_every_file() -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", (ONTOLOGIES / "README.md").read_text(), re.M))
    assert named == {path.name for path in ONTOLOGIES.iterdir()} - {"README.md"}
