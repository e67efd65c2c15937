"""Result tables, the live progress line, the picture."""
