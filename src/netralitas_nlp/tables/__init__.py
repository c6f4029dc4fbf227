"""Tables of texts in and out."""
