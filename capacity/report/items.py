"""Long items in the words of the trade."""

from petaplan.reporting.cells import Phrase, Text, Told

ITEMS = {
    "ups_systems": "UPS",
    **{
        name: name
        for name in (
            "UPS",
            "accelerators",
            "chillers",
            "cooling loop",
            "generators",
            "grid connection",
            "switchgear",
            "transformers",
        )
    },
}
"""Items that have a translation, with what a page calls them; a plan may name others."""


def item_cell(name: str) -> Text:
    """An item: a word of the trade, or the name that the plan has for it.

    >>> item_cell("ups_systems").value, item_cell("my cranes")
    ('ups_systems', Text(value='my cranes', tone=<Tone.PLAIN: 'plain'>))
    """
    word = ITEMS.get(name)
    return Text(name) if word is None else Told(name, cell=Phrase(word))
