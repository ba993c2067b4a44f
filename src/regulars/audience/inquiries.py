"""Answers about segments: how many a definition means before it is saved, who they are, what segments share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ibis.expr import types as ir

from regulars.audience.segments import reads
from regulars.audience.segments.definition import NotFit, ground, meaning
from regulars.audience.segments.models import RULE
from regulars.audience.segments.refreshed import others_of
from regulars.audience.segments.sources import source_of
from regulars.inquiries import CannotAnswer
from regulars.inquiries.sight import Sight
from regulars.science import segments
from regulars.science.segments import CannotTell, NoScores

SAMPLE = 10
PAGE_MAX = 1_000
NO_SCORES = gettext_lazy(
    "Scores have not been computed yet, so they tell nobody apart. They are computed once a day, or now under Scores."
)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def preview(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """``{"definition": …, "kind": "rule"}`` (``definition``: the data, or its JSON as text, exact to the last digit)
    gives ``{"count", "of", "sample", "until"}``: how many it means, of how many, and the first of them by a fixed
    shuffle."""
    found = _ids(sight, params)
    standing = sight.lake.standing
    of = sight.kept("audience.everybody", lambda: sight.frame(standing.aggregate(n=standing.count()))["n"][0])
    sample = sorted(found, key=lambda member: (member * 2_654_435_761 % 1_000_003, member))[:SAMPLE]
    return {"count": len(found), "of": of, "sample": sample, "until": sight.until.isoformat()}


def members_behind(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """The same parameters as ``preview``, or ``measure``, ``params`` and ``cell`` of a chart; ``after`` and ``limit``
    page through ids in ascending order: ``{"count", "members", "next"}``."""
    ids = _ids(sight, params)
    after, limit = int(params.get("after", 0)), min(int(params.get("limit", 50)), PAGE_MAX)
    rest = [member for member in ids if member > after]
    shown = rest[:limit]
    return {"count": len(ids), "members": shown, "next": shown[-1] if len(rest) > limit else None}


def overlap(sight: Sight, params: dict[str, Any]) -> dict[str, Any]:
    """``{"keys": […]}`` gives ``{"counts": {key: n}, "pairs": [{"one", "other", "members"}]}`` of who belongs now."""
    keys = [str(key) for key in params.get("keys", ())]
    pairs = [{"one": pair.one, "other": pair.other, "members": pair.members} for pair in reads.overlap(keys)]
    return {"counts": reads.counts(keys), "pairs": pairs}


HANDLERS: dict[str, Callable[[Sight, dict[str, Any]], Any]] = {
    "audience.preview": preview,
    "audience.members_behind": members_behind,
    "audience.overlap": overlap,
}


def _ids(sight: Sight, params: dict[str, Any]) -> list[int]:
    """The ids, ascending. Raises CannotAnswer."""

    def find() -> list[int]:
        try:
            return sorted(sight.frame(_members(sight, params))["member"].to_list())
        except duckdb.Error as error:
            raise CannotAnswer((str(error).splitlines() or [""])[0]) from None

    if "segment" in _key(params):  # who belongs to another segment may change while the lake does not
        return find()
    return sight.kept(("audience.members", _key(params)), find)


def _members(sight: Sight, params: Mapping[str, Any]) -> ir.Table:
    """Whom the parameters mean. Raises CannotAnswer."""
    try:
        if "measure" in params:
            return source_of("cell")(sight.lake, params, sight.until)
        definition = params.get("definition")
        definition = _decode(definition) if isinstance(definition, str) else _exact(definition)
        if params.get("kind", RULE) != RULE:
            return source_of(params["kind"])(sight.lake, definition, sight.until)
        return _meant(sight, definition)
    except NoScores:
        raise CannotAnswer(str(NO_SCORES)) from None
    except (NotFit, CannotTell) as error:
        raise CannotAnswer(str(error)) from None
    except msgspec.DecodeError:
        raise CannotAnswer(_("The definition cannot be read.")) from None


def _meant(sight: Sight, definition: Any) -> ir.Table:
    on = ground()
    who = meaning(definition, on)
    until: date = sight.until
    others = others_of((), on, sight.lake, until, who)
    return segments.members(sight.lake, who, until, digits=on.digits, others=others)


def _exact(value: Any) -> Any:
    """Numbers that JSON brought as floats, as the decimals that were written."""
    if isinstance(value, Mapping):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _key(params: Mapping[str, Any]) -> str:
    asked = {key: value for key, value in params.items() if key not in ("after", "limit")}
    return repr(sorted(asked.items(), key=lambda item: item[0]))
