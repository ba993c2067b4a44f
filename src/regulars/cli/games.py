"""Check and publish games, and compute a draw again."""

from __future__ import annotations

import importlib
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from regulars.cli._json import last_line
from regulars.cli._terminal import Console
from regulars.cli.main import ensure_database, set_up_django
from regulars.play.file import check as check_text
from regulars.rules.games.chances import chance_text
from regulars.rules.games.draw import commitment, drawn, leads_to, play_number
from regulars.rules.games.odds import odds

NEEDS = "nothing"

app = typer.Typer(no_args_is_help=True, help=__doc__)
_File = Annotated[Path, typer.Argument(help="A game's file (YAML).", exists=True, dir_okay=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
_out = Console()


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """Say what is wrong with a file, line by line, and what its odds are; exit 1 if anything is wrong."""
    checked = check_text(file.read_text(encoding="utf-8"))
    game = checked.game
    chances: dict[str, Fraction] = {}
    if game is not None and game.kind == "wheel":
        for one in odds(game):
            chances["nothing" if one.prize is None else one.prize.key] = one.file
    if as_json:
        told = {key: chance_text(chance) for key, chance in chances.items()}
        last_line({"ok": game is not None, "problems": [str(one) for one in checked.problems], "odds": told})
    else:
        for problem in checked.problems:
            _out.print(f"{file}: {problem}", highlight=False, markup=False)
    if game is None:
        raise typer.Exit(1)
    if not as_json:
        _out.print(f"{file}: fine: {game.kind} {game.key}", style="green")
        if chances:
            table = Table("outcome", "chance")
            for key, chance in chances.items():
                table.add_row(key, chance_text(chance))
            _out.print(table)


@app.command()
def publish(file: _File, as_json: _Json = False) -> None:
    """Publish a game; exit 1 if it cannot be."""
    game = _database().publish(file.read_text(encoding="utf-8"))
    if isinstance(game, list):
        if as_json:
            last_line({"ok": False, "problems": game})
        for problem in game:
            if not as_json:
                _out.print(f"{file}: {problem}", style="red", highlight=False, markup=False)
        raise typer.Exit(1)
    anchor = bytes(game.anchor).hex()
    if as_json:
        last_line({"ok": True, "game": game.key, "version": game.number, "anchor": anchor})
    else:
        _out.print(f"{game.key} version {game.number}; its seeds are committed to by {anchor}", style="green")


@app.command()
def prove(
    seed: Annotated[str, typer.Option(help="The day's seed, as it was shown (64 hexadecimal digits).")],
    player: Annotated[str, typer.Option(help="The member's name in the game.")],
    client_seed: Annotated[str, typer.Option(help="The member's own seed.")],
    nonce: Annotated[int, typer.Option(min=0, help="How many plays of the member came before.")],
    file: Annotated[
        Path | None, typer.Option(help="The game's file, to say which prize it is.", exists=True, dir_okay=False)
    ] = None,
    denominator: Annotated[int, typer.Option(min=0, help="What draws are below, without the file.")] = 0,
    anchor: Annotated[str, typer.Option(help="What was published before play, to check the seed against.")] = "",
    day: Annotated[int, typer.Option(min=0, help="The day of the game, from 0, for the anchor.")] = 0,
    as_json: _Json = False,
) -> None:
    """Compute a draw again from a seed that was shown. Needs no database; exit 1 when it does not fit."""
    try:
        key = bytes.fromhex(seed)
        published = bytes.fromhex(anchor)
    except ValueError:
        raise typer.BadParameter("a seed and an anchor are hexadecimal digits") from None
    game = None if file is None else check_text(file.read_text(encoding="utf-8")).game
    if game is None and not denominator:
        raise typer.BadParameter("give the game's file, or the denominator")
    below = game.denominator if game is not None else denominator
    draw = play_number(key, player, client_seed, nonce, below)
    prize = drawn(game, draw) if game is not None else None
    fits = leads_to(key, day, published) if anchor else None
    said: dict[str, Any] = {"draw": draw, "denominator": below, "sha256_of_seed": commitment(key).hex(), "fits": fits}
    if game is not None:
        said["drawn"] = None if prize is None else prize.key
    if as_json:
        last_line(said)
    else:
        for name, value in said.items():
            _out.print(f"{name}: {'–' if value is None else value}", highlight=False)
    if fits is False:
        raise typer.Exit(1)


def _database() -> Any:
    """What needs Django and the database, which checking and proving do without."""
    set_up_django()
    module = importlib.import_module("regulars.cli._games_published")
    ensure_database()
    return module
