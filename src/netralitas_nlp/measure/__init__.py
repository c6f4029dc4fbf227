"""How good and how even-handed a classifier is."""
