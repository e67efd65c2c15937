"""The catalogue files, read strictly."""
