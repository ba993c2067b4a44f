"""A text that is read again gives what it gave, whatever was done to the first reading."""

from __future__ import annotations

from regulars.files.yaml_text import read_yaml

TEXT = "policy: {tax: included}\noffers:\n- {key: tea, off: 1.50}\noffers: 3\n"


def test_each_reading_is_the_readers_own() -> None:
    first = read_yaml(TEXT)
    assert [path for path, _, _ in first.wrong] == [("offers",)]
    first.data["offers"][0]["key"] = "cup"
    first.data["policy"].clear()
    first.places.clear()
    first.wrong.clear()
    second = read_yaml(TEXT)
    assert second.data["policy"] == {"tax": "included"}
    assert second.data["offers"][0]["key"] == "tea"
    assert second.places["offers", 0, "key"] == (3, 4)
    assert [path for path, _, _ in second.wrong] == [("offers",)]
