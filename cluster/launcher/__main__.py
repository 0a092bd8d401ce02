"""`python -m cluster.launcher up | status | down`."""

import sys

from cluster.launcher.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
