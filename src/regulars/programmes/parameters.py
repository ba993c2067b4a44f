"""The numbers of a programme that tell the most, each with how far it is worth sliding: rates, thresholds, multipliers,
days of expiry, caps.

They are read from the file's settings, so that setting one changes that number in the file and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from regulars.files.yaml_whole import plain, rewritten
from regulars.rules.programme import Programme
from regulars.screens.figures import in_language

Place = tuple[str, ...]
SHOWN_MAX = 14
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number: where it stands (entries of lists by their keys), what it says, and what a slider may make of it.

    unit: ``points``, ``money`` (major unit), ``times``, ``days``, ``months`` or ``percent``.
    """

    place: Place
    group: str
    label: str
    value: Decimal
    low: Decimal
    high: Decimal
    step: Decimal
    unit: str

    def __post_init__(self) -> None:
        """A slider stands on its value: what it begins from is a whole number of steps below."""
        steps = (self.value - self.low) // self.step
        object.__setattr__(self, "low", self.value - steps * self.step)

    @property
    def name(self) -> str:
        """The place in one word, for forms."""
        return ".".join(self.place)

    @property
    def unit_words(self) -> str:
        """The unit after the number; empty where the label says it."""
        return {"months": _("months"), "days": _("days")}.get(self.unit, "")

    @property
    def shown(self) -> str:
        """The value as a slider takes it."""
        return f"{self.value.normalize():f}"

    @property
    def low_text(self) -> str:
        """The least, as a slider takes it."""
        return f"{self.low.normalize():f}"

    @property
    def high_text(self) -> str:
        """The most, as a slider takes it."""
        return f"{self.high.normalize():f}"

    @property
    def step_text(self) -> str:
        """The step, as a slider takes it."""
        return f"{self.step.normalize():f}"


def parameters(text: str, programme: Programme) -> list[Parameter]:
    """The parameters of a programme's text, in the order of the file; the first ``SHOWN_MAX`` of them."""
    return list(_all(plain(text), programme))[:SHOWN_MAX]


def with_values(text: str, values: Mapping[str, Decimal]) -> str:
    """The text with other numbers, by parameter name; comments and all else stay. Raises CannotEditError; KeyError when
    the text has no such setting."""
    return rewritten(text, _data_with(plain(text), values))


def trial_text(data: Mapping[str, Any], values: Mapping[str, Decimal]) -> str:
    """The same programme for a machine alone: ``data`` (what ``plain`` reads of a text) with other numbers, in a line.
    A slider's answer waits for this; ``with_values`` takes many times as long. Raises KeyError."""
    return _encoder.encode(_data_with(data, values)).decode() + "\n"


def _data_with(data: Mapping[str, Any], values: Mapping[str, Decimal]) -> dict[str, Any]:
    out = deepcopy(dict(data))
    for name, value in values.items():
        *above, last = name.split(".")
        holder = out
        for part in above:
            holder = _into(holder, part)
        if last not in holder:
            raise KeyError(name)
        holder[last] = int(value) if value == value.to_integral_value() else Decimal(f"{value.normalize():f}")
    return out


def _into(holder: Any, part: str) -> Any:
    if isinstance(holder, list):
        return next(item for item in holder if str(item.get("key")) == part)
    return holder[part]


def _all(data: Mapping[str, Any], programme: Programme) -> Iterator[Parameter]:
    rules = {rule.key: in_language(rule.name, rule.key) for rule in programme.earn}
    currencies = {currency.key: in_language(currency.name, currency.key) for currency in programme.points}
    spendable = {currency.key for currency in programme.points if currency.spendable}
    first = programme.points[0].key if programme.points else ""
    earn = [item for item in data.get("earn", []) if item.get("gives", first) in spendable]
    for item in earn:
        if "rate" in item:
            label = _("points per %(amount)s") % {"amount": f"{item['rate']['per']}"}
            yield _scaled(("earn", item["key"], "rate", "points"), rules[item["key"]], label, item["rate"]["points"])
    yield from _tiers(data, programme)
    for key in spendable:
        settings = data["points"][key]
        for name, label, unit in [
            ("after_months", _("live for months"), "months"),
            ("after_days", _("live for days"), "days"),
        ]:
            if name in settings.get("expires", {}):
                place = ("points", key, "expires", name)
                yield _counted(place, currencies[key], label, settings["expires"][name], unit)
    for item in earn:
        if "points" in item:
            yield _counted(("earn", item["key"], "points"), rules[item["key"]], _("points"), item["points"], "points")
    for item in earn:
        for name in ("points", "times"):
            if name in item.get("at_most", {}):
                label = _("at most, in points") if name == "points" else _("at most, in times")
                place = ("earn", item["key"], "at_most", name)
                yield _counted(place, rules[item["key"]], label, item["at_most"][name], name)


def _tiers(data: Mapping[str, Any], programme: Programme) -> Iterator[Parameter]:
    if programme.tiers is None:
        return
    unit = "money" if programme.tiers.measure == "spending" else "points"
    names = {level.key: in_language(level.name, level.key) for level in programme.tiers.levels}
    items = data["tiers"]["levels"]
    froms = [Decimal(item["from"]) for item in items]
    for number, item in enumerate(items):
        value = froms[number]
        step = _step(value)
        # Levels keep their order: each stays between its neighbours.
        low = froms[number - 1] + step if number else step
        high = froms[number + 1] - step if number + 1 < len(froms) else value * 3
        if low <= value <= high:
            place = ("tiers", "levels", item["key"], "from")
            yield Parameter(place, names[item["key"]], _("from"), value, low, high, step, unit)
    for item in items:
        if "earns_times" in item:
            value = Decimal(item["earns_times"])
            low, step = Decimal(1), Decimal("0.1")
            place = ("tiers", "levels", item["key"], "earns_times")
            high = max(Decimal(3), value * 2)
            yield Parameter(place, names[item["key"]], _("earns times"), value, min(low, value), high, step, "times")


def _scaled(place: Place, group: str, label: str, value: Any) -> Parameter:
    """A rate: from next to nothing to three times as much."""
    value = Decimal(value)
    step = _step(value * 10) / 10
    return Parameter(place, group, label, value, min(step, value), max(value * 3, step * 10), step, "points")


def _counted(place: Place, group: str, label: str, value: Any, unit: str) -> Parameter:
    """A whole number, from 1 to three times as much."""
    value = Decimal(value)
    step = max(Decimal(1), _step(value))
    low = value % step or step
    return Parameter(place, group, label, value, low, (value * 3).to_integral_value(ROUND_CEILING), step, unit)


def _step(value: Decimal) -> Decimal:
    """A round step of about a twentieth of the value."""
    size = max(value, Decimal(1)) / 10
    step = Decimal(1).scaleb(size.adjusted())
    return step / 2 if value % step and not value % (step / 2) else step
