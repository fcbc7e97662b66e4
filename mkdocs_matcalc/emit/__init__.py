"""Derivations as text: LaTeX, plain text and NumPy, from one table of operators."""
