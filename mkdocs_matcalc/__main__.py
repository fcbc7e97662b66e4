"""`python -m mkdocs_matcalc` is the command `matcalc`."""

from .cli.main import main

raise SystemExit(main())
