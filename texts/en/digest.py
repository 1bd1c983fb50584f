"""Words of digests: all that waits for one person on one day."""

TEXTS = {
    "subject": "Tasks on {day}: {counts}",
    "subject.request": "Request for cooperation, {day}: {counts}",
    "count.late": "{count} overdue",
    "count.today": "{count} due today",
    "count.confirm": "{count} to be confirmed",
    "count.before": "{count} coming up",
    "count.request": "{count} requested",
    "count.advisory": "{count} to update",
    "opening": "{sender}: what needs attention on {day}:",
    "section.late": "OVERDUE ({count})",
    "section.today": "TODAY IS THE LAST DAY ({count})",
    "section.confirm": "TO BE CONFIRMED ({count})",
    "section.before": "COMING UP ({count})",
    "section.request": "REQUEST FOR COOPERATION ({count})",
    "section.advisory": "PROGRESS UPDATES ({count})",
    "done": "- Done already: {done}",
    "why": "- Sent because: {why}",
    # what was done already
    "done.told": "told {times} times, last on {day}",
    "done.urged": "urged by other means (telephone, meeting, letter) on {day}",
    "done.urged.request": "spoken to on {day}",
    "done.acknowledged": "the unit acknowledged on {day}",
    "done.acknowledged.request": "they answered on {day}",
    "done.returned": "the result was returned to be completed",
    "done.submitted": "reported on {day}, waiting for confirmation",
    # who could not be reached, to the monitoring officer
    "unsent": "NOTICES THAT COULD NOT BE SENT ({count})",
    "unsent.count": "some notices could not be sent",
    "unsent.line": "{name}: {notices} notices; {reason}",
    "unsent.dead": "the address {address} takes no mail ({reason})",
    # the desk
    "opens": "The page of {unit}, open without sign-in through {day}. What is entered there is the unit's word: do "
    "not forward.",
    "board": "The board (sign-in needed):",
    "cases": "The cases that are yours (sign-in needed):",
    # for chats
    "brief.late": "• {title} ({unit}): overdue by {days} days (last day {last_day})",
    "brief.today": "• {title} ({unit}): due today ({last_day})",
    "brief.confirm": "• {title} ({unit}): reported, to be confirmed",
    "brief.before": "• {title} ({unit}): {days} days left (last day {last_day})",
    "brief.request": "• {title} ({unit}): your cooperation is requested (kindly by {last_day})",
    "brief.advisory": "• {title} ({unit}): please update (planned for {last_day})",
    "more": "… and {count} more",
    # the calendar that comes with it
    "calendar": "Tasks on {day}",
    # what a delivery did, in one line
    "held.day-off": "a day off",
    "held.early": "before the hour of sending",
    "held.quiet": "quiet hours",
    "held.told-today": "the recipient has had today's digest",
    "run.digests": "{plan}: {digests} digests sent to people's own channels.",
    "run.held": "{plan}: {held} notices held for a later run ({why}).",
    "run.undelivered": "{plan}: {undelivered} recipients were not reached (see the list of undelivered notices).",
}
