"""What the rules of days and deadlines refuse; in a plan's files the same is said with file and line (plan.py)."""

TEXTS = {
    "calendar_range": "{day} is outside the working calendar that was computed ({first} – {last}).",
    "no_leap_month": "The lunar year {year} has no leap month {month}.",
    "no_lunar_day": "The lunar year {year} has no day {day} of month {month}.",
    "no_such_day": "No month has a day “{day}”.",
    "unknown_operator": "There is no operator “{op}”; there are: {allowed}.",
    "unknown_roll": "There is no rolling “{roll}”; there are: {allowed}.",
    "unknown_step": "There is no step “{step}”; there are: {allowed}.",
    "unknown_unit_of_time": "There is no unit of time “{unit}”; there are: {allowed}.",
}
