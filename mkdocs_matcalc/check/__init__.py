"""Is it true? Every line of a derivation, put to random numbers before it is published.

In: typed expressions. Out: a `Report`. The stages are `sample` (random values that satisfy the
declared attributes), `evaluate` (the value of an expression), `difference` (derivatives by
differences, independent of every rule), `agree` (how close is close) and `verify` (a whole
derivation). This package alone imports NumPy; import it where it is first needed.
"""
