"""Text to nouns and back."""
