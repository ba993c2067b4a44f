"""A synthetic shop of any size, seeded: for trials of scale, never for conclusions.

``shop`` says what there is to sell and how large it all is, ``people`` who comes, ``buying`` what they order, ``doing``
what else they do. ``chunk`` puts that together for five thousand members at a time, ``bodies`` says it as a shop would
have sent it, and ``lake`` writes it as the lake keeps it. Members are the same whatever the size: a shop of fifty is
the beginning of one of a million.
"""
