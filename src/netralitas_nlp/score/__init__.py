"""From what was read to a decision and its reasons; no scikit-learn, no pandas."""
