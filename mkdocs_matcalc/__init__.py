"""Derivations of matrix derivatives, line by line, every line checked with numbers."""
