"""Block text to a typed problem."""

from .problem import Goal, Problem, parse, parse_expression, parse_latex

__all__ = ["Goal", "Problem", "parse", "parse_expression", "parse_latex"]
