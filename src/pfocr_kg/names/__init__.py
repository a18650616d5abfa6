"""What people call things: an index of names and texts that a build makes, and how names resolve.

Imports `store` and the packages above it in docs/architecture.md.
"""
