"""Why: a balance, a tier, an entry, or a reward that did not come, down to event, rule, version and arithmetic."""
