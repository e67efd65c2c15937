"""Hold every way into petaplan against the others, on random hubs: `python -m tools.one_form`."""
