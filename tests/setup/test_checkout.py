import threading
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS
from tools.prepare.checkout import Checkout, fingerprint, only_one, stamped, write_stamp


def test_a_stamp_is_good_until_one_of_its_inputs_changes(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "made" / "stamp"
    lock.write_text("numpy==2")
    assert not stamped(stamp, fingerprint(lock, "3.11"))
    write_stamp(stamp, fingerprint(lock, "3.11"))
    assert stamped(stamp, fingerprint(lock, "3.11"))
    assert not stamped(stamp, fingerprint(lock, "3.12"))
    lock.write_text("numpy==3")
    assert not stamped(stamp, fingerprint(lock, "3.11"))


def test_a_fingerprint_tells_where_one_part_ends() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_a_second_set_up_waits_for_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkout, order = Checkout(root=tmp_path), []

    def second() -> None:
        with only_one(checkout):
            order.append("second")

    with only_one(checkout):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(timeout=0.3)
        order.append("first")
    waiting.join(timeout=PATIENCE_SECONDS)
    assert order == ["first", "second"]
    assert "waiting for it" in capsys.readouterr().err
