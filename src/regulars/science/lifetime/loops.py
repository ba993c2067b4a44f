"""The likelihood of the beta-geometric models over all customers: one pass gives its slopes and curvatures too.

What depends on how often somebody bought, alone, is summed once for each such number (``beta_geometric``); here is what
depends on when. Compiled, on as many threads as there are.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from regulars.science.threads import THREADS, together

SHARE_MIN = 50_000
"""Fewer customers than that are not worth a thread."""


@numba.njit(cache=True, nogil=True)
def _pass(x, t_x, age, weight, r, alpha, a, b, extra, out):  # type: ignore[no-untyped-def]  # pragma: no cover
    log_a = math.log(a)
    for i in range(len(x)):
        w = weight[i]
        n = r + x[i]
        late, last = alpha + age[i], alpha + t_x[i]
        log_late = math.log(late)
        from_late = 1.0 / late
        value = -n * log_late
        by_r = -log_late
        by_alpha = -n * from_late
        by_rr = 0.0
        by_r_alpha = -from_late
        by_alpha2 = n * from_late * from_late
        drops = b + x[i] + extra - 1.0
        out_a = out_b = aa = bb = ra = rb = alpha_a = alpha_b = ab = 0.0
        if x[i] + extra > 0:
            # d is the log of the odds that she has gone.
            from_last = 1.0 / last
            d_r = log_late - math.log(last)
            d_alpha = n * (from_late - from_last)
            d_a, d_b = 1.0 / a, -1.0 / drops
            d = n * d_r + log_a - math.log(drops)
            if d > 0:
                gone = 1.0 / (1.0 + math.exp(-d))
                value += d + math.log1p(math.exp(-d))
            else:
                e = math.exp(d)
                gone = e / (1.0 + e)
                value += math.log1p(e)
            doubt = gone * (1.0 - gone)
            by_r += gone * d_r
            by_alpha += gone * d_alpha
            out_a, out_b = gone * d_a, gone * d_b
            by_rr = doubt * d_r * d_r
            by_r_alpha += doubt * d_r * d_alpha + gone * (from_late - from_last)
            by_alpha2 += doubt * d_alpha * d_alpha - gone * n * (from_late * from_late - from_last * from_last)
            ra, rb = doubt * d_r * d_a, doubt * d_r * d_b
            alpha_a, alpha_b = doubt * d_alpha * d_a, doubt * d_alpha * d_b
            aa = doubt * d_a * d_a - gone * d_a * d_a
            ab = doubt * d_a * d_b
            bb = doubt * d_b * d_b + gone * d_b * d_b
        out[0] += w * value
        out[1] += w * by_r
        out[2] += w * by_alpha
        out[3] += w * out_a
        out[4] += w * out_b
        out[5] += w * by_rr
        out[6] += w * by_r_alpha
        out[7] += w * ra
        out[8] += w * rb
        out[9] += w * by_alpha2
        out[10] += w * alpha_a
        out[11] += w * alpha_b
        out[12] += w * aa
        out[13] += w * ab
        out[14] += w * bb


def beta_geometric_sums(
    x: np.ndarray,
    t_x: np.ndarray,
    age: np.ndarray,
    weight: np.ndarray,
    parameters: np.ndarray,
    extra: int,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Value, gradient and Hessian by (r, alpha, a, b) of the part of the log-likelihood that hangs on times.

    extra: 1 where somebody may also leave right after the first purchase (MBG/NBD), else 0. The sums are made in the
    same order however many threads there are.
    """
    r, alpha, a, b = (float(one) for one in parameters)
    cuts = range(0, len(x), max(SHARE_MIN, -(-len(x) // (4 * THREADS))))
    shares = [slice(cut, cut + cuts.step) for cut in cuts]

    def share(part: slice) -> np.ndarray:
        out = np.zeros(15)
        _pass(x[part], t_x[part], age[part], weight[part], r, alpha, a, b, extra, out)
        return out

    out = sum(together(share, shares) if len(shares) > 1 else map(share, shares), np.zeros(15))
    hessian = np.empty((4, 4))
    hessian[np.triu_indices(4)] = out[5:]
    hessian.T[np.triu_indices(4)] = out[5:]
    return float(out[0]), out[1:5], hessian
