"""Counters: how much of a capped rule is used up, and how far a task has come, by rule and window."""

from __future__ import annotations

from regulars.rules.layout import *
from regulars.rules.step.records import Buffers


def counter(D: Buffers, s: int, rule: int, window: int) -> int:
    """Where the counter of a rule and window lies in K; made at zero when it does not exist yet."""
    S, K, G = D[AT_S], D[AT_K], D[AT_G]
    k0 = S[s + K0]
    g = S[s + G0] + rule
    newer = -1
    i = G[g]
    while i >= 0 and K[k0 + i * KW + K_WINDOW] > window:
        newer = i
        i = K[k0 + i * KW + K_PREVIOUS]
    if i >= 0 and K[k0 + i * KW + K_WINDOW] == window:
        return k0 + i * KW
    made = S[s + NK]
    S[s + NK] = made + 1
    k = k0 + made * KW
    K[k + K_RULE] = rule
    K[k + K_WINDOW] = window
    K[k + K_POINTS] = 0
    K[k + K_TIMES] = 0
    K[k + K_PREVIOUS] = i
    if newer >= 0:
        K[k0 + newer * KW + K_PREVIOUS] = made
    else:
        G[g] = made
    return k


def find(D: Buffers, s: int, rule: int, window: int) -> int:
    """Where the counter of a rule and window lies in K, -1 when there is none."""
    S, K, G = D[AT_S], D[AT_K], D[AT_G]
    k0 = S[s + K0]
    i = G[S[s + G0] + rule]
    while i >= 0 and K[k0 + i * KW + K_WINDOW] > window:
        i = K[k0 + i * KW + K_PREVIOUS]
    return k0 + i * KW if i >= 0 and K[k0 + i * KW + K_WINDOW] == window else -1
