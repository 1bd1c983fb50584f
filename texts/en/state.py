"""Words for states, relations, bases and kinds."""

TEXTS = {
    "not_due": "not due yet",
    "due_soon": "due soon",
    "overdue": "overdue",
    "submitted": "awaiting confirmation",
    "returned": "returned",
    "done_on_time": "done on time",
    "done_late": "done late",
    "running": "under way",
    "advisory": "no update yet",
    "cancelled": "cancelled",
    "no_response": "no response yet",
    "days_late": "{days} days late",
    "open_in_time": "open, in time",
    "open_overdue": "open, overdue",
    "stated": "stated in the document",
    "law": "by law",
    "custom": "by custom",
    "plan": "by the plan year",
    "no-term": "no term in the document",
    "office": "set by the office",
}
