"""The guide to games says what is so: examples are good files, settings have their place, the draw is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli.games import app
from regulars.files.yaml_text import read_yaml
from regulars.play.file import check
from regulars.rules.games.kinds import CONTEST, QUESTION, QUIZ, RAIN
from regulars.rules.games.model import KINDS
from regulars.rules.games.prizes import GIVES, PRIZE
from regulars.rules.games.whole import COMMON, OF_KIND

GUIDE = (Path(__file__).parents[2] / "docs" / "games.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
SETTINGS = {*COMMON, *PRIZE, *GIVES, *RAIN, *QUIZ, *QUESTION, *CONTEST, "chance", "places"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_good_file(example: str) -> None:
    checked = check(example, ("gold", "platinum"))
    assert checked.problems == ()
    assert checked.game is not None


def test_there_is_an_example_of_every_kind() -> None:
    assert {read_yaml(example).data["kind"] for example in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("word", sorted(SETTINGS | {key for keys in OF_KIND.values() for key in keys}))
def test_every_setting_is_spoken_of(word: str) -> None:
    in_code = rf"`[^`]*\b{re.escape(word)}\b[^`]*`|^ *(?:- )?{re.escape(word)}:|[{{,] ?{re.escape(word)}:"
    assert re.search(in_code, GUIDE, flags=re.MULTILINE), word


def test_the_draw_of_the_guide(capsys: pytest.CaptureFixture[str]) -> None:
    """What a reader pastes into Python, and what the command says."""
    [code] = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    exec(code)
    by_hand = capsys.readouterr().out.strip()
    command = re.search(r"regulars games (prove --seed .*?)\n\n", GUIDE, flags=re.DOTALL)
    assert command is not None
    result = CliRunner().invoke(app, command[1].replace("\\\n", " ").split())
    assert result.exit_code == 0, result.output
    assert f"draw: {by_hand}" in result.output.splitlines()


def test_a_seed_that_was_not_committed_to_is_told(tmp_path: Path) -> None:
    file = tmp_path / "game.yaml"
    file.write_text(EXAMPLES[1], encoding="utf-8")
    given = ["--player", "p", "--client-seed", "c", "--nonce", "0", "--file", str(file), "--seed", "00" * 32]
    good = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"  # SHA-256 of 32 zero bytes
    assert CliRunner().invoke(app, ["prove", *given, "--anchor", good]).exit_code == 0
    assert CliRunner().invoke(app, ["prove", *given, "--anchor", good, "--day", "1"]).exit_code == 1


def test_the_check_says_the_odds(tmp_path: Path) -> None:
    file = tmp_path / "game.yaml"
    file.write_text(EXAMPLES[1], encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file), "--json"])
    assert '"kettle": "0.1%"' in result.output
    file.write_text(EXAMPLES[1].replace("2.5%", "96%"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    assert "have chances of 101.1% together" in result.output
