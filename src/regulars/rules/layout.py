"""Where each number of a member's standing lies in the flat integer buffers that ``rules.step`` works on.

The step is one piece of code for three speeds: a live request hands it Python lists, the replay hands it numpy arrays
and compiles it. Both see the same flat buffers of 64-bit integers:

========  =====================================================================================================
buffer    what it holds
========  =====================================================================================================
S         scalars of a member, ``SW`` wide; among them where the member's regions of the other buffers begin
B         balances, ``BW`` wide for each currency
L         lots: points of one currency that one event earned
E         earnings: what each rule gave for an order, so that a refund can take exactly that back
A         activity: what counts toward tiers, one row a local day, sorted by day
H         holds (a redemption is a hold that was captured), U what each hold uses of which lot
K, G      counters of capped rules, and the newest counter of each rule
O         output: ``O[0]`` records of ``OW`` numbers from ``O[1]`` on
X         scratch, ``XW`` numbers a currency
T         the programme's tables (``rules.tables``), M the local midnights (microseconds), N the event
========  =====================================================================================================
"""

from __future__ import annotations

NEVER = 9_000_000_000_000_000_000
"""A moment after every other (microseconds since the epoch)."""
DAY_US = 86_400_000_000

# where each buffer stands in the tuple of buffers
(AT_S, AT_B, AT_L, AT_E, AT_A, AT_H, AT_U, AT_K, AT_G, AT_O, AT_X, AT_T, AT_M) = range(13)

# S: scalars of a member. FORGETS: 1 when no refund can come and earnings need not be kept (a replay knows). OPEN: no
# lot before it has points left; PEND: none before it is pending; LAPSES: no available points lapse before this moment
(CLOCK, LEVEL, SINCE, REVIEW, GRACE, JOINED, CUT, SPENT, ORDERS, GROWN, HEAD, DUE, FLOOR) = range(13)
(L0, NL, E0, NE, A0, NA, H0, NH, U0, NU, K0, NK, B0, G0, OPEN, FORGETS, PEND, LAPSES) = range(13, 31)
BIRTHDAY = 31
"""S: the local day of the member's last birthday that was noted, ``-NEVER`` when none was."""
SW = 32

# B: balances by currency
PENDING, AVAILABLE, HELD, DEBT = range(4)
BW = 4

# L: lots
(L_CURRENCY, L_ORDER, L_EARNED, L_REMAINING, L_STATE, L_MATURES, L_EXPIRES, L_EVENT) = range(8)
LW = 8
LOT_PENDING, LOT_AVAILABLE = 0, 1

# E: earnings of an order, one a rule; and what the order did for a task. DEN tells them apart: above 0 the rule's rate
# (NUM = 0: a fixed number of points), GIFT: points that a task gave, PROGRESS: the counter of the rule and WINDOW has
# GRANTED points and BASE times of this order
(E_LOT, E_RULE, E_BASE, E_GRANTED, E_NUM, E_DEN, E_WINDOW) = range(7)
EW = 7
GIFT, PROGRESS = -1, 0

# A: activity by local day
(A_DAY, A_SPENT, A_ORDERS, A_GROWN) = range(4)
AW = 4

# H: holds
(H_REF, H_CURRENCY, H_STATE, H_EXPIRES, H_ORDER, H_POINTS, H_RETURNED, H_EVENT) = range(8)
HW = 8
HOLD_OPEN, HOLD_CAPTURED, HOLD_RELEASED, HOLD_LAPSED = range(4)

# U: what a hold uses of a lot
(U_HOLD, U_LOT, U_POINTS) = range(3)
UW = 3

# K: counters of capped rules and of tasks, newest window first along K_PREVIOUS
(K_RULE, K_WINDOW, K_POINTS, K_TIMES, K_PREVIOUS) = range(5)
KW = 5

# O: output records
(O_KIND, O_DEBIT, O_CREDIT, O_CURRENCY, O_AMOUNT, O_RULE, O_BASE, O_NUM, O_DEN, O_LOT, O_HOLD, O_AT, O_EVENT) = range(
    13
)
OW = 13

# kinds of output; up to ADJUST they are transfers
(EARN, MATURE, EXPIRE, HOLD, CAPTURE, RELEASE, LAPSE, CLAW_BACK, GIVE_BACK, REPAY, ADJUST) = range(1, 12)
TIER, ACTIVITY, CAPPED, NO_TIER, GRANT = 20, 21, 22, 23, 24
"""A ``GRANT`` gives ``O_AMOUNT`` of the coupon or badge with the registry's number ``O_CREDIT``."""

# accounts of a member and a currency; a transfer debits the giver and credits the receiver
(ISSUED, ACC_PENDING, ACC_AVAILABLE, ACC_HELD, ACC_DEBT, REDEEMED, EXPIRED, DONATED) = range(1, 9)

# why a tier changed (O_RULE of a TIER record)
REACHED, REVIEWED, REVISED = range(1, 4)

# N: the event
(N_KIND, N_EVENT, N_ORDER, N_DAY, N_AT, N_NET, N_POINTS, N_CURRENCY, N_HOLD, N_EXPIRES, N_MATURES) = range(11)
(N_ORDER_DAY, N_WHOLE, N_SHARE_NUM, N_SHARE_DEN, N_CAPTURE) = range(11, 16)
NW = 16
BIRTHDAY_BIT = 1 << 61
"""Of ``N_MATURES``: the event is that the member's birthday has come."""
OTHER, ORDER, REFUND, PLACE, TAKE, GIVE, ADJUSTED, UNDO = range(8)
"""Event kinds: anything else, an order, a refund, a hold placed, captured, released, points adjusted by hand, a hold
that was captured undone."""
LATER, AT_ONCE, FOR_GOOD = range(3)
"""Of a hold that is placed (``N_CAPTURE``): captured by another event, spent at once, given away at once."""

# what the step answers
OK, INSUFFICIENT, UNKNOWN_HOLD, HOLD_CLOSED, ABOVE_HOLD = range(5)

# X: of a currency, the lot that this event opened, which account its points go to, how many; and the last expiry found
(X_LOT, X_CREDIT, X_POINTS, X_DAY, X_EXPIRES) = range(5)
XW = 5

# T: header of the programme's tables
(T_CURRENCIES, T_RULES, T_LEVELS, T_CUR0, T_RULE0, T_LEVEL0, T_MEASURE, T_WINDOW, T_WINDOW_DAYS) = range(9)
(T_KEEP_DAYS, T_GRACE_DAYS, T_THEN, T_GROWTH, T_DAY0, T_TIMES0, T_TIMES) = range(9, 16)
TW = 16
MEASURE_NONE, MEASURE_SPENDING, MEASURE_ORDERS, MEASURE_GROWTH = range(4)
WINDOW_EVER, WINDOW_ROLLING, WINDOW_CALENDAR, WINDOW_ANNIVERSARY = range(4)
LEVEL_EARNED, ONE_STEP = range(2)

# T: a currency
(C_SPENDABLE, C_PENDING, C_PENDING_DAYS, C_MONTHS, C_DAYS, C_END_OF, C_SLIDING, C_ZERO, C_GRACE_DAYS) = range(9)
CW = 9
END_NONE, END_MONTH, END_QUARTER, END_YEAR = range(4)

# T: a rule. ASKS: 1 when it asks anything of the day, the level or the tenure
(R_GIVES, R_NUM, R_DEN, R_POINTS, R_TIMES, R_FROM, R_UNTIL, R_CAP, R_LIMIT, R_PER, R_ROUND, R_MASK) = range(12)
(R_JOINED_MIN, R_JOINED_MAX, R_ASKS) = range(12, 15)
# of a rule that is not PLAIN: where its gifts lie in T and how many; what it takes to be done: R_REACHES in each
# R_WINDOW (PER_*), whether again at every multiple, what follows a streak's last points (THEN_*), whether steps have an
# order (R_WAY); within how many days; where a streak's points lie in T, how many points or steps
(R_KIND, R_GIFT0, R_GIFTS, R_REACHES, R_WINDOW, R_WAY, R_WITHIN, R_LIST0, R_LIST) = range(15, 24)
RW = 24
PLAIN, GIFTS, COUNT, STREAK, STEPS = range(5)
THEN_REPEAT, THEN_LAST, THEN_STOP = range(3)
CAP_NONE, CAP_POINTS, CAP_TIMES = range(3)
PER_DAY, PER_WEEK, PER_MONTH, PER_YEAR, PER_EVER = range(5)
ROUND_FLOOR, ROUND_NEAREST, ROUND_UP = range(3)

# T: a gift: so many points of a currency, or one of the registry's coupons and badges
(F_POINTS, F_NUMBER) = range(2)
FW = 2

# T: days that multiply: by what, for whom (as of a rule), which: DAYS of them from DAY0 on, ascending; or ON_BIRTHDAY,
# or ON_DAY_OF_MONTH with the day as DAY0
(M_NUM, M_DEN, M_MASK, M_JOINED_MIN, M_JOINED_MAX, M_DAYS, M_DAY0) = range(7)
MW = 7
ON_BIRTHDAY, ON_DAY_OF_MONTH = -1, -2
TIMES_TIER, TIMES_DAY = 1, 2
"""Of ``R_TIMES``: the rule is multiplied by the tier's factor, by the day's."""

# T: a level
(V_THRESHOLD, V_NUM, V_DEN, V_RULE) = range(4)
"""``V_RULE``: the rule that gives what reaching the level gives, -1 for none."""
VW = 4
