"""The command `matcalc`: a file for each of its commands, and `main` that knows them."""
