"""People no list knows: contestants where the text makes them one, nobody's side where it does not."""

from __future__ import annotations

import pytest

from conftest import cases


@pytest.mark.parametrize("row", cases("persons"), ids=lambda row: row["id"])
def test_people(row, lexicon):
    found = lexicon.find(row["text"])
    assert " ; ".join(f"{m.kind}:{text}" for m, text in found) == row["expectation"]
