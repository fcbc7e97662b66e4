"""`python -m mkdocs_matcalc` is the command `matcalc`."""

from .cli import main

raise SystemExit(main())
