"""Words of calendar links: the command line's and the refusals."""

TEXTS = {
    "unknown": "There is no standing calendar link «{id}»; there are: {near}.",
    "made": "Link {id} to the calendar «{name}». Its secret is shown this once; whoever has it reads the calendar:",
    "page": "Page with buttons: {address}",
    "link": "Subscribe to:      {address}",
    "rotated": "The old link of {id} opens nothing any more.",
    "revoked": "Link {id} is revoked: it opens nothing any more.",
    "none": "There is no calendar link yet. Make one with «kehoach feed add».",
    "column_id": "Id",
    "column_which": "Calendar",
    "column_label": "Given to",
    "column_made": "Made on",
    "column_by": "Made by",
    "column_state": "State",
    "standing": "stands",
    "rotated_on": "new secret on {day}",
    "revoked_on": "revoked on {day}",
    "needs_id": "Name the link: «kehoach feed {action} ID»; see «kehoach feed list».",
    "no_id_here": "«kehoach feed {action}» takes no link id.",
    "serving": "Serving at {address} (stop: Ctrl-C).",
    "cannot_listen": "Port {port} on {host} cannot be opened: {reason}.",
}
