"""Words of the nightly run."""

TEXTS = {
    "api_not_started": "Prefect could not be started on this machine: {reason}",
    "no_home": "the data folder {place} cannot be written: {reason}",
    "failed": "the run of {stage} did not finish: {reason}",
    "unknown_stage": "there is no run called {stage}; there are: {allowed}",
    "wrong_day": "not a day written YEAR-MONTH-DAY: {day}",
    "wrong_instant": "an instant must be ISO 8601 with its UTC offset: {instant}",
    "bad_setting": "the setting {name} cannot be used: “{value}”; write: {right}",
    "column.unit": "Unit",
    "column.done_on_time": "Done on time",
    "column.done_late": "Done late",
    "column.open_in_time": "Open, in time",
    "column.open_overdue": "Open, overdue",
    "progress": "Progress of the plan as of {day}",
}
