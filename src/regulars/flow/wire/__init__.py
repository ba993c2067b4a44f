"""From what a shop sends to typed events: ``numbers`` reads JSON, ``read`` types it, ``personal`` sets people apart."""
