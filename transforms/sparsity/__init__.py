"""Sparse derivatives: which entries can differ from zero, and how few products give them all.

`dependence` runs a program over sets of inputs: `sets` keeps these, `facts`, `moves`, `axes` and
`products` say what an operation depends on.  `colouring` finds rows or columns that share a seed,
`plans` makes the seeds and finds the entries among the products, which `compressed` computes.
"""
