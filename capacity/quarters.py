"""Quarters of a year, by their last days."""

from collections.abc import Iterator
from datetime import date, timedelta


def quarter_end(day: date) -> date:
    """The last day of the quarter of a day.

    >>> quarter_end(date(2028, 2, 1)).isoformat(), quarter_end(date(9999, 12, 31)).isoformat()
    ('2028-03-31', '9999-12-31')
    """
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year, month, 1) - timedelta(days=1) if month < 12 else date(day.year, 12, 31)


def quarter_ends(first: date, last: date) -> Iterator[date]:
    """The last days of quarters from one day to another."""
    end = quarter_end(first)
    while end <= last:
        yield end
        if end == date.max:
            return
        end = quarter_end(end + timedelta(days=1))
