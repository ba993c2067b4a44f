"""What each member is worth and how likely to leave: made from the lake by a job, kept in versions, explained."""
