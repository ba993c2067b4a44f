"""A cell of risk and value in the language of segments, so that it can be kept: the bands' bounds as conditions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.audience.scores import bands
from regulars.audience.scores.models import ScoreRun


def conditions(run: ScoreRun, risk: int | None, worth: int | None, digits: int) -> dict[str, Any] | None:
    """Who stands in the cell (or the row or column of cells); None for everybody. digits: decimals of the money.

    The bounds of value are those of this run, and stay: a later run's thirds may lie elsewhere.
    """
    parts: list[dict[str, Any]] = []
    if risk is not None:
        parts.append({"score.leaving_90": _within(risk, (_exact(bands.RISK_MIDDLE), _exact(bands.RISK_HIGH)))})
    if worth is not None:
        low, high = (Decimal(bound).scaleb(-digits) for bound in run.fitted["bounds_minor"])
        parts.append({"score.value": _within(worth, (low, high))})
    return {"all": parts} if parts else None


def _within(band: int, bounds: tuple[Decimal, Decimal]) -> dict[str, Decimal]:
    """The numbers of a band: each begins at its lower bound and ends below its upper one."""
    low, high = bounds
    return {
        bands.LOW: {"below": low},
        bands.MIDDLE: {"at_least": low, "below": high},
        bands.HIGH: {"at_least": high},
    }[band]


def _exact(share: float) -> Decimal:
    return Decimal(repr(share))
