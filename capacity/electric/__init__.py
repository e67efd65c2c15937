"""The power graph, whole and after losses."""
