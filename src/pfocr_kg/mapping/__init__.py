"""Records to RDF: the JSON-LD document of a record, and what writes it out."""
