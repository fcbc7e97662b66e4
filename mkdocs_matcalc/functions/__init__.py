"""The functions of the language, each a row of one table; every stage takes what it knows of a function from there."""
