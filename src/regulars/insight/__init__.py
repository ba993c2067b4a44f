"""What the log and the ledger add up to: the lake, replays over it, the proof of the ledger. Changes nothing."""
