"""A network over time, over outcomes, and with origins that travel: one larger flat network."""
