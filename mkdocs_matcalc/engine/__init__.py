"""Rules applied, every step remembered: from a problem to derivations."""
