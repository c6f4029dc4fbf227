"""From labelled rows to a model."""
