import sys
from pathlib import Path

# The scripts are no part of the package; at the end, so that the installed package goes first.
sys.path.append(str(Path(__file__).parents[2]))
