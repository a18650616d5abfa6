"""The only opener of a store."""
