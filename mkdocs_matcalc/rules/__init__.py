"""The mathematics, as data: numbered rules, each stated once in the block language."""
