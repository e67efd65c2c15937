"""Pages for a browser: one self-contained file, from sections, charts, drawings and controls."""
