"""What is asked of a plan or of none: prices, ranges, fronts, changes, and why not."""
