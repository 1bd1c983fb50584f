"""Words of a simulation, in English."""

TEXTS = {
    "title": "{plan}: the ladder tried out from {first} to {last} (nothing is written or sent)",
    "day": "Day",
    "recipient": "Recipient",
    "channel": "Channel",
    "rungs": "Rungs",
    "what": "What",
    "totals": "By recipient",
    "messages": "Messages",
    "items": "Reminders",
    "last": "Last",
    "sum": "Total",
    "nothing": "From {first} to {last} nobody would be reminded.",
    "acts": "What units do (by the file): {acts}.",
    "act": "{kind} {count}",
    "file": "file",
    "case": "a case (not named)",
    "backwards": "The first day {first} comes after the last day {last}.",
    "too_long": "At most {limit} days are tried out at once; these are {days}.",
    "unreadable": "Cannot read {file}: {fault}.",
    "too_large": "{file} is larger than {limit} MB.",
    "unknown": "«{where}»: neither the plan nor the file's language has that name; did you mean {near}?",
    "not_understood": "«{where}: {value}» is not understood; write «never», «after 3 days», «on 2025-05-20», "
    "«10 days», «yes», «no» or «2025-05-01..2025-05-10».",
}
