"""The protocol, and what backends share."""
