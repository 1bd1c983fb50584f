"""The nightly schedule beside a server: it ends when the server does, however that ended.

python -m flows.beside        its standard input is a pipe from the server
"""

from __future__ import annotations

import threading

from flows.serve import main
from flows.server import leave_with_parent

if __name__ == "__main__":
    threading.Thread(target=leave_with_parent, daemon=True).start()
    main()
