"""The programme language and every decision. Pure: standard library only, no clock, no input or output.

Floats never appear here; money is integer minor units, points are integers, times are microseconds since the epoch
(UTC), days are local day numbers (days since 1970-01-01 in the programme's time zone).
"""
