"""What an offers file may ask of codes."""

from __future__ import annotations

import pytest

from regulars.offers.file import check

FILE = """currency: USD
time_zone: UTC
offers: []
coupons:
  - {{key: back, kind: amount, off: 5.00, codes: {{{codes}}}}}
"""
CODES = [
    # what the file says, what is wrong with it
    ("prefix: BACK, length: 8, count: 5000", []),
    ("length: 6, count: 800000", []),
    ("length: 6, count: 900000", ["must be at least 7, or codes can be guessed"]),
    ("length: 7, count: 5000000", []),
    ("length: 12, count: 5000001", ["must be at most 5000000"]),
    ('prefix: "TEA-CUP", length: 8, count: 5', ["must be letters and digits"]),
    ("prefix: 茶, length: 8, count: 5", ["must be letters and digits"]),
    ("prefix: ABCDEFGHJKMNPQRST, length: 8, count: 5", ["must have at most 16 characters"]),
    ("public: WELCOME, count: 5", ["does not go with `public`; keep one of the two"]),
]


@pytest.mark.parametrize(("codes", "wrong"), CODES)
def test_codes_that_could_be_guessed_or_mistyped_are_told(codes: str, wrong: list[str]) -> None:
    found = check(FILE.format(codes=codes))
    assert (found.offers is None) == bool(wrong)
    assert len(found.problems) == len(wrong)
    for problem, words in zip(found.problems, wrong, strict=True):
        assert str(problem).endswith(words), str(problem)


def test_a_prefix_is_kept_in_capitals() -> None:
    offers = check(FILE.format(codes="prefix: back, length: 8, count: 5")).offers
    assert offers is not None and offers.coupons[0].codes is not None
    assert offers.coupons[0].codes.prefix == "BACK"
