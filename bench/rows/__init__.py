"""The rows of the table, one module each: `measure(world)` gives what it found."""
