"""Random programs in the accepted language, compared with differences to second order.

`python -m tests.fuzz N [first seed]` tries N programs and shrinks what fails.
"""
