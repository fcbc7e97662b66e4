"""Typed expressions: they know shapes and no calculus."""
