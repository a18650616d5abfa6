"""The mapping past one machine: N-Triples in parts, each written by a worker of a Dask cluster."""
