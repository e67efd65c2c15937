"""What changed, down to the nested rack."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.infra.provider.diff import Change, changes_between
from petaplan.infra.provider.wire import UNKNOWN, Properties, read, write
from petaplan.infra.spelling import dotted


def run(name: str, count: int = 1) -> dict[str, Any]:
    return {"name": name, "model": "m-1", "count": count}


def told(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    changes = changes_between(read(write(old)), read(write(new)))
    return {dotted(path): change.value for path, change in changes.items()}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abc", {}),
        ("abc", "axbc", {"racks[1]": "added"}),
        ("abc", "ac", {"racks[1]": "deleted"}),
        ("abc", "abcx", {"racks[3]": "added"}),
        ("abc", "aBc", {"racks[1].count": "updated"}),
        ("abc", "axc", {"racks[1].name": "updated"}),
        ("abc", "xaBc", {"racks[0]": "added", "racks[1]": "deleted", "racks[2]": "added"}),
        ("ab", "ba", {"racks[0].name": "updated", "racks[1].name": "updated"}),
    ],
)
def test_racks_are_matched_by_name(old: str, new: str, expected: dict[str, str]) -> None:
    def racks(letters: str) -> dict[str, Any]:
        return {"racks": [run(letter.lower(), 2 if letter.isupper() else 1) for letter in letters]}

    assert told(racks(old), racks(new)) == expected


def test_a_node_count_deep_in_a_rack_is_told_alone() -> None:
    old = {"racks": [{**run("a"), "nodes": [{"model": "n-1", "count": 4}]}]}
    new = {"racks": [{**run("a"), "nodes": [{"model": "n-1", "count": 5}]}]}
    assert told(old, new) == {"racks[0].nodes[0].count": "updated"}


def test_a_property_that_comes_or_goes_is_told_by_itself() -> None:
    assert told({"a": 1, "c": [1]}, {"b": 2, "c": [1]}) == {"a": "deleted", "b": "added"}


def test_null_is_absence() -> None:
    assert told({"a": None}, {}) == told({}, {"a": None}) == {}


def test_a_list_that_is_longer_by_a_null_is_another_list() -> None:
    assert told({"a": []}, {"a": [None]}) == {"a[0]": "added"}
    assert told({"a": [None]}, {"a": []}) == {"a[0]": "deleted"}


def test_what_only_the_update_will_know_is_a_change() -> None:
    assert told({"a": "x", "b": [run("a")]}, {"a": UNKNOWN, "b": [{**run("a"), "model": UNKNOWN}]}) == {
        "a": "updated",
        "b[0].model": "updated",
    }


def test_a_value_that_becomes_secret_is_a_change_though_it_stays_the_same() -> None:
    old = Properties({"a": "x"})
    new = Properties({"a": "x"}, secret=frozenset({("a",)}))
    assert changes_between(old, new) == changes_between(new, old) == {("a",): Change.UPDATED}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "count", "x"]), inner, max_size=3)
        | st.lists(st.fixed_dictionaries({"name": st.sampled_from("abcd"), "x": inner}), max_size=4)
    ),
    max_leaves=12,
)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


@given(st.dictionaries(st.sampled_from("abc"), values), st.dictionaries(st.sampled_from("abc"), values))
def test_there_are_changes_exactly_where_something_differs(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert bool(told(old, new)) == (without_nulls(read(write(old)).value) != without_nulls(read(write(new)).value))


@given(st.dictionaries(st.sampled_from("abc"), values), st.dictionaries(st.sampled_from("abc"), values))
def test_a_deletion_points_into_the_old_and_an_addition_into_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    for path, change in changes_between(Properties(old), Properties(new)).items():
        if change is not Change.ADDED:
            assert reaches(old, path)
        if change is not Change.DELETED:
            assert reaches(new, path)


def reaches(value: Any, path: tuple[str | int, ...]) -> bool:
    """Whether something is there; a null property is absent, a null item of a list is an item."""
    for step in path:
        value = value[step]
    return value is not None or isinstance(path[-1], int)
