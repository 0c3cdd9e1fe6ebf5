"""Random piecewise programs: what the checker says of them, against brute force."""
