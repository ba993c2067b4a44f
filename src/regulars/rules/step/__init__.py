"""One event of one member: the step that live requests, batches and the replay all take.

Plain functions over integers and indexable buffers (see ``rules.layout``), inside numba's subset: live calls them as
they stand, ``science.replay`` compiles the same function objects. ``step`` first lets time pass up to the event
(``advance``: points mature and lapse, holds lapse, tiers are reviewed, each at its own moment and in order), then
decides the event. Time passing is confluent: advancing to one moment and then to a later one leaves exactly what
advancing to the later one leaves, so when a sweep happens to run never changes a result.

``D`` is the tuple of buffers ``(S, B, L, E, A, H, U, K, G, O, X, T, M)`` and ``s`` the start of the member's scalars.
"""

from regulars.rules.step.event import step
from regulars.rules.step.passing import advance
from regulars.rules.step.tiers import revise

__all__ = ["advance", "revise", "step"]
