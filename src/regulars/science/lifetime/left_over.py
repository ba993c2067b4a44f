"""The hypergeometric function in what the beta-geometric models expect, compiled.

``(1-z)^n F(n, b; c; z)``: summed as the power series, whose terms all have one sign from the second on, so that nothing
cancels; the common routines overflow or lose their digits for customers who bought often.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from regulars.science.threads import THREADS, together

_SHARE_MIN = 20_000
_TERMS_MAX = 1_000_000
_LARGE = 1e200


@numba.njit(cache=True, nogil=True)
def _series(n, b, c, now, ahead, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    for i in range(len(n)):
        z = ahead[i] / (now[i] + ahead[i])
        term = total = 1.0
        scaled = 0
        for k in range(_TERMS_MAX):
            ratio = (n[i] + k) * (b[i] + k) / ((c[i] + k) * (k + 1.0)) * z
            term *= ratio
            total += term
            if abs(total) > _LARGE:
                total /= _LARGE
                term /= _LARGE
                scaled += 1
            # The ratios fall towards z: what is still to come is at most a geometric series.
            if 0.0 <= ratio < 1.0 and abs(term) <= abs(total) * 1e-16 * (1.0 - ratio):
                break
        out[i] = total * math.exp(n[i] * math.log1p(-z) + scaled * math.log(_LARGE))


def left_over(n: np.ndarray, b: np.ndarray, c: np.ndarray, now: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """``(now / (now + ahead))^n F(n, b; c; ahead / (now + ahead))`` for each row; no c may be zero or a whole number
    below it."""
    n, b, c, now, ahead = (
        np.ascontiguousarray(one, dtype=np.float64) for one in np.broadcast_arrays(n, b, c, now, ahead)
    )
    out = np.empty(len(n))
    size = max(_SHARE_MIN, -(-len(n) // (4 * THREADS)))
    cuts = [slice(cut, cut + size) for cut in range(0, len(n), size)]

    def share(part: slice) -> None:
        _series(n[part], b[part], c[part], now[part], ahead[part], out[part])

    if len(cuts) > 1:
        together(share, cuts)
    else:
        for part in cuts:
            share(part)
    return out
