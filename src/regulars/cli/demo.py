"""Load the demo year once, through the same ingestion as any shop's events.

The year is 84.51°'s Complete Journey, published for learning and simulated from real shopping. Loading it takes about a
minute; a load that was stopped goes on where it was, and a second one finds everything done.
"""
