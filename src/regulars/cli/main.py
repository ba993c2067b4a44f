"""The ``regulars`` command. Each file beside this one is a command; none is imported before it is asked for.

How to add ``regulars shine``: write ``cli/shine.py`` (``shine_all.py`` is ``shine-all``; a name that Python reserves
gets an underscore at its end: ``import_.py`` is ``import``; a file that begins with an underscore is no command) with

* a docstring, whose first line is the command's short help;
* either ``def command(...)``, typed as typer likes it, or ``app = typer.Typer()`` when it has commands of its own;
* at will ``NEEDS``: ``"app"`` (the default: Django set up, database running, acting as the lesser role), ``"owner"``
  (the same as the owner of the tables), ``"django"`` (settings and models, but no database) or ``"nothing"``;
* at will ``CONTEXT``: click's context settings, for a command that hands its arguments on.

``NEEDS`` and the docstring are read without running the file, so they must be plain strings. Django is set up before
the file is imported, hence models are imported at its top as anywhere else. A command fails by ``sys.exit("why")``, or
by ``raise typer.Exit(code)`` when it has said why; an ``OperatorError`` shows its message alone.
"""

from __future__ import annotations

import ast
import functools
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from regulars.project.config import OperatorError, read

_FOLDER = Path(__file__).parent
_NEEDS = ("app", "owner", "django", "nothing")


@dataclass(frozen=True)
class Card:
    """What is known of a command without importing it."""

    module: str
    help: str
    needs: str


def main() -> None:
    """The entry point of the ``regulars`` command."""
    asked = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")
    root = typer.Typer(
        help="Regulars: the loyalty and retention platform for shops.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # With one command, typer would take it for the whole program; a callback says that there are commands.
    root.callback()(_root)
    try:
        for name, card in cards().items():
            if name == asked:
                _add(root, name, card)
            else:
                root.command(name, help=card.help)(_root)
        root(prog_name="regulars")
    except OperatorError as error:
        sys.exit(str(error))
    except Exception as error:
        if _lacks_tables(error):
            _refuse_for_lack_of_tables()
        raise


def cards() -> dict[str, Card]:
    """Every command by its name."""
    return {
        path.stem.rstrip("_").replace("_", "-"): _read_card(path)
        for path in sorted(_FOLDER.glob("*.py"))
        if path.stem != "main" and not path.stem.startswith("_")
    }


def _read_card(path: Path) -> Card:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    needs = "app"
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "NEEDS":
            needs = ast.literal_eval(node.value)
    if needs not in _NEEDS:
        sys.exit(f"{path.name}: NEEDS must be one of {', '.join(_NEEDS)}")
    return Card(f"regulars.cli.{path.stem}", (ast.get_docstring(tree) or "").partition("\n")[0], needs)


def _add(root: typer.Typer, name: str, card: Card) -> None:
    """Import the command that is asked for and hang it in."""
    if card.needs == "owner":
        os.environ["REGULARS_AS_OWNER"] = "true"
    if card.needs != "nothing":
        set_up_django()
    module = importlib.import_module(card.module)
    app = getattr(module, "app", None)
    before = ensure_database if card.needs in {"app", "owner"} else None
    if isinstance(app, typer.Typer):
        for command in app.registered_commands:
            command.callback = _preceded(before, command.callback)
        root.add_typer(app, name=name, help=card.help)
    else:
        context: dict[str, Any] = getattr(module, "CONTEXT", {})
        root.command(name, help=card.help, context_settings=context)(_preceded(before, module.command))


def _preceded(before: Callable[[], None] | None, function: Any) -> Any:
    """``function``, with the database started first; so it starts for the command, but not for its --help."""
    if before is None:
        return function

    @functools.wraps(function)
    def both(*arguments: Any, **options: Any) -> Any:
        before()
        return function(*arguments, **options)

    return both


def set_up_django() -> None:
    """Make settings and models usable. The one place where commands do so."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.project.settings")
    importlib.import_module("django").setup()


def ensure_database() -> None:
    """Start the embedded PostgreSQL if it is ours to start and does not run; hold it until this process ends."""
    # Not imported at the top: `regulars --help` must be quick, and psycopg is not.
    postgres = importlib.import_module("regulars.project.postgres")
    embedded = postgres.cluster(read())
    if embedded is not None:
        embedded.ensure()


def _lacks_tables(error: BaseException | None) -> bool:
    """Whether the database said, below it all, that it does not know a table or column."""
    while error is not None:
        if type(error).__name__ in {"UndefinedTable", "UndefinedColumn"}:
            return True
        error = error.__cause__ or error.__context__
    return False


def _refuse_for_lack_of_tables() -> None:
    """End the program in a sentence if migrations are missing; if none is, the fault lies elsewhere."""
    try:
        # Not imported at the top: `regulars --help` must be quick, and psycopg is not.
        importlib.import_module("regulars.project.tables").require_tables(read())
    except OperatorError as error:
        sys.exit(str(error))


def _root() -> None:
    pass


if __name__ == "__main__":
    main()
