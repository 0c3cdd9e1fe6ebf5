"""Random programs, compared in every mode with differences to second order.

`python -m tests.fuzz N --first SEED --jobs J` tries N programs and shrinks what fails.
"""
