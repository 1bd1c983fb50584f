"""The commands, a module per subject: parse words, call one use case, print. What each says is in texts/.

A module is imported for `kehoach --help`, so it imports what that pays for alone: Typer and the standard library. A
command imports its own when it is called.
"""
