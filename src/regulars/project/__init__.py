"""The roof of the house: settings, addresses, the embedded database and how processes start."""
