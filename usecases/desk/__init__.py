"""What the desk's pages show, as values: one read of the database, then pure functions of it. No HTML, no HTTP."""
