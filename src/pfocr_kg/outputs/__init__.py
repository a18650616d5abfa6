"""What a store holds in formats that are not RDF exports: gene sets, tables, nanopublications."""
