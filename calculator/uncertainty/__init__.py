"""Monte Carlo over what the database holds a range of, and over the prices of raw materials."""
