"""What the command line is built on: lazily built commands, one invocation, words to values, errors to exit codes."""
