"""What `kehoach verify` finds that is not as the ledger says."""

TEXTS = {
    "guard_missing": "A guard of the database is missing: {guard}.",
    "state_differs": "“{occurrence}”: the stored state differs from the ledger ({differs}).",
    "terms_differ": "“{occurrence}”: what is asked differs from the recorded revision of the plan ({differs}).",
    "plan_differs": "“{plan}”: the plan's own row differs from the revision in force (number {revision}).",
    "rungs_differ": "“{occurrence}”: the rungs still to come differ from the rules.",
    "named_differ": "“{occurrence}”: who sees the case differs from the ledger.",
    "file_missing": "The evidence file “{name}” is missing ({sha256}).",
    "file_differs": "The evidence file “{name}” was changed ({sha256}).",
    "erased_differs": "Evidence file {sha256}: its mark of erasure differs from the ledger.",
    "file_not_erased": "Evidence file {sha256} was erased by entry {seq}, but is still on the disk; erase it again.",
}
