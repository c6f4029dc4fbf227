"""Text to words to mentions of contestants and what is done with them; no numbers."""
