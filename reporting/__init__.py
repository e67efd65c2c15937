"""Reports as data, and their outputs: typed cells in tables and sections, rendered as text, Markdown, CSV or JSON.

This package knows no hub, no device and no Pulumi. `capacity`, `infra` and `bench` may all import it.

    cells       one typed value: number with unit, status, day, place in a file, comparison
    document    document, section, table, row, column
    units       how a number and its unit are written
    wording     the words of a cell
    safety      no control character of a plan reaches a terminal or a file raw
    registry    outputs and report kinds: who can write what
    options     `--format X -o FILE`, or one option an output
    publishing  texts to files or standard output, all or none
    files       whole files or none
    outputs/    one module an output: a new one there is offered by every command that has a view
"""
