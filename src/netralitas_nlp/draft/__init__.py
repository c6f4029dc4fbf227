"""A draft before it is posted: what to change, which rules could apply, when, and who decides."""
