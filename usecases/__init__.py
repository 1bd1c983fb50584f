"""One module per verb: load, let the rules decide, save in one transaction. The shells bring `now`."""
