"""What the benchmarks print is their figures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import measure

GREETING = "import sys; print('Welcome'); print('Welcome', file=sys.stderr); sys.exit({})"


@pytest.mark.parametrize("measured", [measure.finished, measure.memory])
def test_what_a_measured_command_says_is_not_printed(measured, capfd) -> None:
    assert measured([sys.executable, "-c", GREETING.format(0)]) >= 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("measured", [measure.finished, measure.memory])
def test_what_a_command_says_that_fails_is_told(measured) -> None:
    with pytest.raises(RuntimeError, match=r"failed:\nWelcome\nWelcome"):
        measured([sys.executable, "-c", GREETING.format(3)])
