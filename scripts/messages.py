"""The texts people read, in every language. ``make messages`` after a change; ``make check`` tells if you forgot.

    messages.py extract              collect the texts of code and templates into the .po files
    messages.py merge LANGUAGE FILE  take the translations of another .po file over into ours
    messages.py compile              make the .mo files that Django reads, where the .po is newer
    messages.py check                every text translated, placeholders kept, .po files up to date

Django's own makemessages needs GNU gettext on the machine; this needs only Babel, which is locked. Also collected are
those texts of Unfold and of Django's admin that their own catalogues leave in English.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

HOME = Path(__file__).resolve().parent.parent
SOURCE = HOME / "src" / "regulars"
LANGUAGES = ("zh_Hans", "zh_Hant")
# Each of gettext's functions: is its first argument a context, and how many forms of the text follow.
KEYWORDS = {
    "_": (False, 1),
    "gettext": (False, 1),
    "gettext_lazy": (False, 1),
    "gettext_noop": (False, 1),
    "ngettext": (False, 2),
    "ngettext_lazy": (False, 2),
    "pgettext": (True, 1),
    "pgettext_lazy": (True, 1),
    "npgettext": (True, 2),
    "npgettext_lazy": (True, 2),
    "phrase": (False, 1),  # files.phrase: kept apart from its values, translated where it is shown
}
# Methods of the Reader of the languages of our files: the template of a problem comes second, or one of two does.
PROBLEMS = {"say", "warn"}
LANGUAGE_FOLDERS = ("rules/language", "rules/offers", "rules/games", "rules/segments")
# Libraries whose pages our operators see, and the catalogues that Django finds for them.
LIBRARIES = ("unfold", "django.contrib.admin", "django.contrib.auth")
# Parts of Unfold that dress other libraries, which we do not use.
LEFT_OUT = {"import_export", "simple_history", "constance", "guardian", "location_field", "unfold_crispy"}
CATALOGUES = ("unfold", "django", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes")

Key = tuple[str, str]  # context, text


def main() -> None:
    """Run one of the commands above."""
    match sys.argv[1:]:
        case ["extract"]:
            extract()
        case ["merge", language, file]:
            merge(language, Path(file))
        case ["compile"]:
            compile_all()
        case ["check"]:
            problems = check()
            print("\n".join(problems) or "translations: complete")
            sys.exit(bool(problems))
        case _:
            sys.exit(__doc__)


def extract() -> None:
    """Collect every text into each language's .po file; translations and obsolete entries stay."""
    for language in LANGUAGES:
        catalog = load(language)
        template = wanted(language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        save(catalog, language)
        missing = sum(1 for message in catalog if message.id and not is_translated(message))
        print(f"{language}: {len(catalog)} texts, {missing} untranslated")


def merge(language: str, file: Path) -> None:
    """Take over the translations of ``file``: new ones, and ones that ours lack; it never overwrites."""
    ours = load(language)
    taken = 0
    for message in read_po(io.BytesIO(file.read_bytes()), locale=language):
        if message.id and is_translated(message):
            present = ours.get(message.id, message.context)
            if present is None:
                ours.add(message.id, message.string, context=message.context, flags=message.flags)
            elif not is_translated(present):
                present.string = message.string
            else:
                continue
            taken += 1
    save(ours, language)
    print(f"{language}: {taken} translations taken over from {file.name}")


def compile_all() -> None:
    """Make each .mo that is missing or older than its .po."""
    for language in LANGUAGES:
        source = po_path(language)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime <= source.stat().st_mtime):
            output = io.BytesIO()
            write_mo(output, load(language))
            # Whole or not at all: a running server may read it.
            draft = target.with_suffix(".mo.new")
            draft.write_bytes(output.getvalue())
            draft.replace(target)


def check() -> list[str]:
    """Everything wrong with the translations, a line each; empty when all is well."""
    problems = []
    for language in LANGUAGES:
        catalog = load(language)
        present = {key(message): message for message in catalog if message.id}
        for message in wanted(language):
            if not message.id:
                continue
            place = f"{language}: {message.locations[0][0] if message.locations else '?'}: {first(message)!r}"
            translation = present.get(key(message))
            if translation is None:
                problems.append(f"{place} is not in django.po: run `make messages`")
            elif translation.fuzzy:
                problems.append(f"{place} is marked fuzzy")
            elif not is_translated(translation):
                problems.append(f"{place} is not translated")
            elif unlike := sorted(placeholders(message.id) ^ placeholders(translation.string)):
                problems.append(f"{place}: placeholders differ: {', '.join(unlike)}")
    return problems


def wanted(language: str) -> Catalog:
    """The texts that need a translation of ours into this language, with the files they stand in."""
    catalog = Catalog()
    for file, (text, context) in texts(SOURCE):
        catalog.add(text, context=context, locations=[(file, 0)], flags=flags_of(text))
    covered = library_translations(language)
    for library in LIBRARIES:
        for _file, (text, context) in texts(folder_of(library)):
            if (context or "", text if isinstance(text, str) else text[0]) not in covered:
                catalog.add(text, context=context, locations=[(f"({library})", 0)], flags=flags_of(text))
    return catalog


Text = tuple[str | tuple[str, ...], str | None]  # the text or its forms, and its context


def texts(folder: Path) -> Iterator[tuple[str, Text]]:
    """Every translatable text below a folder with the file it stands in, in a stable order."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or ({"migrations", "locale"} | LEFT_OUT) & set(path.parts):
            continue
        if path.suffix != ".py" and not (path.suffix in {".html", ".txt"} and "templates" in path.parts):
            continue
        name = str(path.relative_to(HOME)) if path.is_relative_to(HOME / "src") else path.name
        source = path.read_text(encoding="utf-8")
        try:
            trees = [ast.parse(source)] if path.suffix == ".py" else list(template_calls(source, path))
        except SyntaxError as error:
            sys.exit(f"{name}: {error}")
        for tree in trees:
            for text in calls(tree):
                yield name, text
            if any(language in name for language in LANGUAGE_FOLDERS):
                for template in problem_templates(tree):
                    yield name, (template, None)


def template_calls(template: str, path: Path) -> Iterator[ast.AST]:
    """The translation tags of a template as Python calls, by Django's own reading of it."""
    from django.conf import settings  # noqa: PLC0415  # `compile` runs without Django
    from django.utils.translation.template import templatize  # noqa: PLC0415

    if not settings.configured:
        settings.configure()
    # All but the calls is blanked out with letters, so a call begins where its name does and ends at the first bracket
    # that makes it whole.
    blanked = templatize(template, origin=str(path))
    for begin in re.finditer(rf"(?<!\w)({'|'.join(KEYWORDS)})\(", blanked):
        for end in re.finditer(r"\)", blanked[begin.end() :]):
            try:
                yield ast.parse(blanked[begin.start() : begin.end() + end.end()], mode="eval")
            except SyntaxError:
                continue
            break


def calls(tree: ast.AST) -> Iterator[Text]:
    """The literal texts given to gettext's functions."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in KEYWORDS:
            continue
        has_context, count = KEYWORDS[name]
        given = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
        context = given.pop(0) if has_context and given else None
        forms = given[:count]
        if len(forms) == count and all(isinstance(form, str) and form for form in forms):
            yield (forms[0] if count == 1 else tuple(forms)), context


def problem_templates(tree: ast.AST) -> Iterator[str]:
    """The literal templates of the problems that a language of files finds; ``rules`` itself translates nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in PROBLEMS and len(node.args) > 1:
            for part in ast.walk(node.args[1]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def library_translations(language: str) -> set[Key]:
    """What the libraries' own catalogues translate, as Django finds it at run time."""
    covered = set()
    for package in CATALOGUES:
        folder = folder_of(package) / ("conf/locale" if package == "django" else "locale")
        file = folder / language / "LC_MESSAGES" / "django.mo"
        if file.exists():
            with file.open("rb") as stream:
                covered |= {key(message) for message in read_mo(stream) if message.id and is_translated(message)}
    return covered


def folder_of(package: str) -> Path:
    """Where a package is installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed: run `make setup`")
    return Path(spec.origin).parent


def po_path(language: str) -> Path:
    """The file with a language's translations."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """A language's catalogue; an empty one when there is no file yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Regulars", fuzzy=False)
    return read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)


def save(catalog: Catalog, language: str) -> None:
    """Write a catalogue without dates and line numbers: its diff then shows texts and nothing else."""
    output = io.BytesIO()
    catalog.header_comment = "# Regulars. English texts are the keys; `make messages` collects them."
    catalog.fuzzy = False
    write_po(output, catalog, width=110, sort_output=True, include_lineno=False)
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator'
        r"|Language-Team):.*\n",
        "",
        output.getvalue().decode(),
        flags=re.MULTILINE,
    )
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def key(message: Message) -> Key:
    """What tells one text from another."""
    return message.context or "", first(message)


def first(message: Message) -> str:
    """The text itself, or its singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def is_translated(message: Message) -> bool:
    """Whether every form has its translation."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(forms) and all(forms)


def flags_of(text: str | Iterable[str]) -> list[str]:
    """What gettext's tools should know of a text: that Python fills its places by %."""
    return ["python-format"] if any(place.startswith("%") for place in placeholders(text)) else []


def placeholders(text: str | Iterable[str]) -> set[str]:
    """The named places of a text that the code fills: ``%(points)s`` and ``{points}``."""
    forms = [text] if isinstance(text, str) else list(text)
    return {found for form in forms for found in re.findall(r"%\(\w+\)[a-z]|\{\w+\}|%[sd]", form)}


if __name__ == "__main__":
    main()
