"""The odds that a customer of the Pareto/NBD has left, compiled: all that is hard in that model.

Given a history, the odds are s times the integral, over the moments y between the last purchase and now at which she
may have left, of (alpha+y)^-(r+x) (beta+y)^-(s+1), divided by its value without leaving. The integral is a difference
of two hypergeometric functions; by Euler's transformation both are F(1, b; c; z), which Gauss's continued fraction
gives for every z below one, without the overflows of the power series (NIST Digital Library of Mathematical Functions
15.7.5).
"""

from __future__ import annotations

import math

import numba
import numpy as np

from regulars.science.threads import THREADS, together

_SHARE_MIN = 10_000
_TINY = 1e-300


@numba.njit(cache=True, nogil=True)
def _hypergeometric(b, c, z):  # type: ignore[no-untyped-def]  # pragma: no cover
    """F(1, b; c; z) for 0 <= z < 1 by Gauss's continued fraction, after Lentz."""
    if z == 0.0:
        return 1.0
    c1 = c - 1.0
    fraction, high, low = 1.0, 1.0, 0.0
    for term in range(1, 5000):
        n = term // 2
        if term % 2:
            factor = -(b + n) * (c1 + n) / ((c1 + 2 * n) * (c1 + 2 * n + 1)) * z
        else:
            factor = -n * (c1 - b + n) / ((c1 + 2 * n - 1) * (c1 + 2 * n)) * z
        low = 1.0 + factor * low
        if low == 0.0:
            low = _TINY
        high = 1.0 + factor / high
        if high == 0.0:
            high = _TINY
        low = 1.0 / low
        change = high * low
        fraction *= change
        if abs(change - 1.0) < 1e-15:
            break
    return 1.0 / fraction


@numba.njit(cache=True, nogil=True)
def _odds(x, t_x, age, r, alpha, s, beta, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    for i in range(len(x)):
        n = r + x[i]
        if t_x[i] >= age[i]:
            out[i] = -math.inf
            continue
        whole = n + s
        a_last, a_now, b_last, b_now = alpha + t_x[i], alpha + age[i], beta + t_x[i], beta + age[i]
        growth = n * math.log(a_now / a_last) + s * math.log(b_now / b_last)
        if alpha >= beta:
            last = _hypergeometric(n, whole + 1.0, (alpha - beta) / a_last)
            now = _hypergeometric(n, whole + 1.0, (alpha - beta) / a_now)
        else:
            last = _hypergeometric(s + 1.0, whole + 1.0, (beta - alpha) / b_last) * a_last / b_last
            now = _hypergeometric(s + 1.0, whole + 1.0, (beta - alpha) / b_now) * a_now / b_now
        # growth is never below zero, so nothing here overflows: now / last · exp(-growth) is at most one.
        rest = -math.expm1(math.log(now / last) - growth)
        out[i] = math.log(s / whole * last) + growth + math.log(rest) if rest > 0.0 else -math.inf


def log_odds_gone(
    x: np.ndarray, t_x: np.ndarray, age: np.ndarray, r: float, alpha: float, s: float, beta: float
) -> np.ndarray:
    """The log of the odds that each customer has left; minus infinity for one who bought at this very moment."""
    out = np.empty(len(x))
    size = max(_SHARE_MIN, -(-len(x) // (4 * THREADS)))
    cuts = [slice(cut, cut + size) for cut in range(0, len(x), size)]

    def share(part: slice) -> None:
        _odds(x[part], t_x[part], age[part], r, alpha, s, beta, out[part])

    if len(cuts) > 1:
        together(share, cuts)
    else:
        for part in cuts:
            share(part)
    return out
