"""An offer's settings as the values of a form, and back: what a form does not know stays as the file has it.

``split`` takes the settings apart into values by field and a rest; ``join`` puts them together again. What a form did
not change comes back exactly as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

Settings = Mapping[str, Any]
Values = dict[str, Any]
SLOTS = 4
"""So many parts of a bundle a form can show."""
PLAIN = (
    *("key", "group", "priority", "price", "off_percent", "off", "each", "pick", "off_at_most", "of", "every", "nth"),
    *("repeat", "units", "stock", "valid_days", "exclusive"),
)
"""Settings whose field is called like them."""
GOODS = {"categories": "category", "products": "product_id", "brands": "brand"}
NOT_GOODS = {"not_categories": "category", "not_products": "product_id"}
LEAST = ("net", "list", "goods.net", "goods.list", "quantity", "goods.quantity")
NAMES = {"name_en": "en", "name_hans": "zh-Hans", "name_hant": "zh-Hant"}


def as_list(value: Any) -> list[str]:
    """One of several texts, as the file may say it."""
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def split(settings: Settings) -> tuple[Values, dict[str, Any]]:
    """The values of the form's fields, and the settings that no field shows."""
    rest = deepcopy(dict(settings))
    values: Values = {name: rest.pop(name) for name in PLAIN if name in rest}
    rest.pop("kind", None)
    _take_name(rest, values)
    goods = rest.get("goods")
    if isinstance(goods, list):
        _take_slots(rest, values)
    elif isinstance(goods, dict):
        _take_goods(goods, values, "")
    for part in ("buy", "get"):
        if isinstance(rest.get(part), dict):
            _take_part(rest[part], values, part)
    _take_conditions(rest, values)
    _take_limits(rest, values)
    _take_deal(rest, values)
    return values, _filled(rest)


def join(
    kind: str, values: Values, rest: Settings, before: Settings | None = None, fields: Iterable[str] = ()
) -> dict[str, Any]:
    """The settings that ``values`` and ``rest`` say. before: what was said, whose way of writing is kept.

    ``fields``: those that the form shows; of others, ``before`` counts.
    """
    shown = set(fields)
    old = split(before)[0] if before is not None else {}
    values = {**{name: value for name, value in old.items() if shown and name not in shown}, **values}
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    out = deepcopy(dict(rest))
    out.update({name: values[name] for name in PLAIN if name in values})
    out["kind"] = kind
    _put_name(out, values)
    if kind == "bundle":
        _put_slots(out, values)
    else:
        _put_goods(out.setdefault("goods", {}), values, "")
    if kind == "buy_get":
        for part in ("buy", "get"):
            _put_part(out.setdefault(part, {}), values, part)
    _put_conditions(out, values)
    _put_limits(out, values)
    _put_deal(out, values)
    out = _filled(out)
    return as_before(out, before) if before is not None else out


def _filled(settings: dict[str, Any]) -> dict[str, Any]:
    """Without sections that say nothing."""
    kept = {}
    for key, value in settings.items():
        said = _filled(value) if isinstance(value, dict) else value
        if said not in ({}, [], None):
            kept[key] = said
    return kept


def as_before(new: dict[str, Any], before: Settings) -> dict[str, Any]:
    """Settings that mean the same as before keep the way they were written."""
    return {key: _written(value, before[key]) if key in before else value for key, value in new.items()}


def _written(new: Any, old: Any) -> Any:
    if isinstance(new, dict) and isinstance(old, dict):
        if {"quantity": 1, **new} == {"quantity": 1, **old}:  # one is what is meant where nothing is said
            return old
        return {key: _written(value, old[key]) if key in old else value for key, value in new.items()}
    if isinstance(new, list) and not isinstance(old, (list, dict)):
        return old if new == [str(old)] else new
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return [_written(a, b) for a, b in zip(new, old, strict=True)]
    if isinstance(old, list) and not isinstance(new, (list, dict)):  # one thing may stand in a list of its own
        return old if [new] == old else new
    if isinstance(new, date) and isinstance(old, str):
        return old if new.isoformat() == old else new
    if isinstance(new, str) and isinstance(old, (int, Decimal)) and not isinstance(old, bool):
        return old if new == str(old) else new
    if isinstance(new, str) and isinstance(old, (str, date)):
        return old if _moment(old) == new else new
    if isinstance(new, dict) and isinstance(old, str):  # a bare name is its English one
        return old if new == {"en": old} else new
    return old if new == old and isinstance(new, bool) == isinstance(old, bool) else new


def _take_name(rest: dict[str, Any], values: Values) -> None:
    name = rest.pop("name", {})
    name = name if isinstance(name, dict) else {"en": str(name)}
    values.update({field: name[language] for field, language in NAMES.items() if language in name})


def _put_name(out: dict[str, Any], values: Values) -> None:
    out["name"] = {language: values[field] for field, language in NAMES.items() if field in values}


def _take_goods(goods: dict[str, Any], values: Values, prefix: str) -> None:
    for field, key in GOODS.items():
        if key in goods:
            values[prefix + field] = as_list(goods.pop(key))
    but = goods.get("none_of")
    if isinstance(but, dict) and not prefix:
        for field, key in NOT_GOODS.items():
            if key in but:
                values[field] = as_list(but.pop(key))


def _put_goods(goods: dict[str, Any], values: Values, prefix: str) -> None:
    for field, key in GOODS.items():
        if prefix + field in values:
            goods[key] = values[prefix + field]
    if not prefix:
        for field, key in NOT_GOODS.items():
            if field in values:
                goods.setdefault("none_of", {})[key] = values[field]


def _take_part(part: dict[str, Any], values: Values, name: str) -> None:
    """``buy`` or ``get``."""
    if isinstance(part.get("goods"), dict):
        _take_goods(part["goods"], values, f"{name}_")
    for key in ("quantity", "off_percent", "pick"):
        if key in part:
            values[f"{name}_{key}"] = part.pop(key)


def _put_part(part: dict[str, Any], values: Values, name: str) -> None:
    _put_goods(part.setdefault("goods", {}), values, f"{name}_")
    for key in ("quantity", "off_percent", "pick"):
        if f"{name}_{key}" in values:
            part[key] = values[f"{name}_{key}"]


def _take_slots(rest: dict[str, Any], values: Values) -> None:
    slots = rest["goods"]
    known = {"category", "product_id", "quantity"}
    if len(slots) > SLOTS or any(not isinstance(slot, dict) or set(slot) - known for slot in slots):
        return
    for number, slot in enumerate(slots, 1):
        values[f"slot{number}_quantity"] = slot.get("quantity", 1)
        for field in ("categories", "products"):
            if GOODS[field] in slot:
                values[f"slot{number}_{field}"] = as_list(slot[GOODS[field]])
    del rest["goods"]


def _put_slots(out: dict[str, Any], values: Values) -> None:
    slots = []
    for number in range(1, SLOTS + 1):
        goods = {
            GOODS[f]: values[f"slot{number}_{f}"] for f in ("products", "categories") if f"slot{number}_{f}" in values
        }
        if goods:
            slots.append({**goods, "quantity": values.get(f"slot{number}_quantity", 1)})
    if slots:
        # One unit is what a part is when it says nothing.
        out["goods"] = [{k: v for k, v in slot.items() if (k, v) != ("quantity", 1)} for slot in slots]


def _take_conditions(rest: dict[str, Any], values: Values) -> None:
    where, whom = rest.get("where"), rest.get("for")
    if isinstance(where, dict):
        for field, name in [("weekdays", "at.weekday"), ("days", "at.day"), ("channels", "channel")]:
            if name in where and not isinstance(where[name], dict):
                values[field] = as_list(where.pop(name))
        least = [name for name in LEAST if isinstance(where.get(name), dict) and list(where[name]) == ["at_least"]]
        if least:
            values["least_of"] = least[0]
            values["least"] = where.pop(least[0])["at_least"]
    if isinstance(whom, dict):
        for field, name in [("tiers", "member.tier"), ("segments", "member.segment")]:
            if name in whom and not isinstance(whom[name], dict):
                values[field] = as_list(whom.pop(name))


def _put_conditions(out: dict[str, Any], values: Values) -> None:
    where, whom = out.setdefault("where", {}), out.setdefault("for", {})
    if "weekdays" in values:
        where["at.weekday"] = values["weekdays"]
    if "days" in values:
        where["at.day"] = [int(day) for day in values["days"]]
    if "channels" in values:
        where["channel"] = values["channels"]
    if "least" in values:
        where[values.get("least_of", "net")] = {"at_least": values["least"]}
    if "tiers" in values:
        whom["member.tier"] = values["tiers"]
    if "segments" in values:
        whom["member.segment"] = values["segments"]


def _take_limits(rest: dict[str, Any], values: Values) -> None:
    valid = rest.get("valid")
    if isinstance(valid, dict):
        for field in ("from", "until"):
            if field in valid:
                values[f"valid_{field}"] = _moment(valid.pop(field))
    limit = rest.get("at_most")
    if isinstance(limit, dict):
        kinds = [kind for kind in ("times", "quantity", "amount") if kind in limit]
        if kinds and "per" in limit:
            values |= {"limit_kind": kinds[0], "limit": limit.pop(kinds[0]), "limit_per": limit.pop("per")}
    if isinstance(rest.get("budget"), dict):
        values["budget"] = rest.pop("budget").get("amount")
    units = rest.pop("units_at_most", None)
    if isinstance(units, dict):
        values |= {"units_at_most": units.get("line"), "units_each": "line"}
    elif units is not None:
        values |= {"units_at_most": units, "units_each": "order"}
    codes = rest.pop("codes", None)
    if isinstance(codes, dict):
        values["codes"] = "public" if "public" in codes else "own"
        values |= {f"code_{key}": codes[key] for key in ("public", "prefix", "length", "count") if key in codes}


def _put_limits(out: dict[str, Any], values: Values) -> None:
    valid = out.setdefault("valid", {})
    for field in ("from", "until"):
        if f"valid_{field}" in values:
            valid[field] = values[f"valid_{field}"]
    if "limit" in values:
        out["at_most"] = {values.get("limit_kind", "times"): values["limit"], "per": values.get("limit_per", "member")}
    if "budget" in values:
        out["budget"] = {"amount": values["budget"]}
    if "units_at_most" in values:
        units = values["units_at_most"]
        out["units_at_most"] = {"line": units} if values.get("units_each") == "line" else units
    if values.get("codes") == "public" and "code_public" in values:
        out["codes"] = {"public": values["code_public"]}
    elif values.get("codes") == "own":
        out["codes"] = {key: values[f"code_{key}"] for key in ("prefix", "length", "count") if f"code_{key}" in values}


def _take_deal(rest: dict[str, Any], values: Values) -> None:
    gift = rest.pop("gift", None)
    if isinstance(gift, dict):
        values |= {f"gift_{key}": gift[key] for key in ("product_id", "quantity") if key in gift}
    steps = rest.pop("steps", None)
    if steps is not None:
        values["steps"] = steps


def _put_deal(out: dict[str, Any], values: Values) -> None:
    if "gift_product_id" in values:
        out["gift"] = {key: values[f"gift_{key}"] for key in ("product_id", "quantity") if f"gift_{key}" in values}
    if "steps" in values:
        out["steps"] = values["steps"]


def _moment(value: Any) -> str:
    """A day or a moment of the file as a browser's field takes it."""
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00"
    text = str(value).replace(" ", "T")
    return f"{text}T00:00" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text
