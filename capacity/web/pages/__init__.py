"""Pages of the web report, one a module; a module that holds a ``PageKind`` is found."""
