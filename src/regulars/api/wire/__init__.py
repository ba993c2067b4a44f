"""From the bytes a shop sends to typed events: ``body`` unpacks, ``read`` types, ``personal`` sets people apart."""
