"""Shocks: events, the stress test of a plan, stockpiles and plans made to withstand them."""
