"""The nightly schedule beside a server: it ends when the server does, however that ended.

python -m flows.beside        its standard input is a pipe from the server
"""

from __future__ import annotations

import threading
import warnings

from flows.serve import main
from flows.server import leave_with_parent

if __name__ == "__main__":
    # Prefect's handler of SIGTERM forgets an await, and its runner leaves all the same.
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop' was never awaited", RuntimeWarning)
    threading.Thread(target=leave_with_parent, daemon=True).start()
    main()
