"""Names of a plan document and of findings that differ between version 0.1 and this one, read both ways."""

from collections.abc import Mapping

from pydantic import JsonValue

Document = dict[str, JsonValue]
"""A plan document."""

OLD_TABLES = {"upses": "ups_systems", "storages": "batteries"}
"""Tables of the hub: old name → name of today."""

OLD_FIELDS: dict[str, dict[str, str]] = {
    "halls": {"entry_run_m": "meet_me_room_cable_m", "route_load_kg": "access_route_load_kg"},
    "batteries": {"shaved_kw": "peak_shaving_kw", "shaved_minutes_per_day": "peak_shaving_minutes_per_day"},
    "cooling_loops": {"cools": "cooled_equipment"},
    "targets": {"words": "source"},
    "prices": {"each": "unit_price"},
    "orders": {"what": "item"},
}
"""Fields by the table (of today) that has them: old name → name of today."""

OLD_VERDICTS = {"question": "review"}
"""Verdicts: old name → name of today."""

NEW_TABLES = {new: old for old, new in OLD_TABLES.items()}
NEW_FIELDS = {table: {new: old for old, new in fields.items()} for table, fields in OLD_FIELDS.items()}


def to_new(document: Document) -> Document:
    """A plan document of version 0.1 in the names of today."""
    return {
        OLD_TABLES.get(key, key): _renamed(value, OLD_TABLES.get(key, key), OLD_FIELDS)
        for key, value in document.items()
    }


def to_old(document: Document) -> Document:
    """A plan document of today in the names of version 0.1."""
    return {NEW_TABLES.get(key, key): _renamed(value, key, NEW_FIELDS) for key, value in document.items()}


def _renamed(value: JsonValue, table: str, names: Mapping[str, Mapping[str, str]]) -> JsonValue:
    """A value with the fields of its rows renamed; ``table`` is the name of today of what holds it."""
    if isinstance(value, list):
        return [_renamed(item, table, names) for item in value]
    if isinstance(value, dict):
        own = names.get(table, {})
        return {own.get(key, key): _renamed(item, key, names) for key, item in value.items()}
    return value


def verdict(name: str) -> str:
    """A verdict in the word of today."""
    return OLD_VERDICTS.get(name, name)
