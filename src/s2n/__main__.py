"""``python -m s2n`` is ``s2n``."""

import sys

from s2n.cli.main import main

sys.exit(main())
