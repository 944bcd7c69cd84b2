"""`python -m geartrain`."""

import sys

from geartrain.cli import main

sys.exit(main())
