"""The inverse (T 16)."""

from .guard import defined
from .register import rule

rule(16, "d-inverse", "inverse", given="X: n x n invertible", lhs="d inv(X)", rhs="-inv(X) dX inv(X)",
     when=defined("X"), family="Inverse", source="Magnus and Neudecker, ch. 8, sec. 4",
     why="From X⁻¹X = I: the differential of both sides, solved for d(X⁻¹).")  # fmt: skip
