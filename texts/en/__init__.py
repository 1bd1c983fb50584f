"""English, the second language."""
