"""Every code that a refusal may bear, and the status that it comes with: what the OpenAPI document lists, the page for
people shows, and the answers are made by."""

from __future__ import annotations

_OF_STATUS = {
    400: "api.field_json api.field_parts",
    401: "api.no_token api.wrong_token",
    403: "api.not_for_you api.not_your_unit api.no_cases request.not_holder request.own_work request.not_confirmer "
    "request.not_overseer request.not_asker request.not_decider request.not_signer request.not_clerk",
    404: "api.nothing_here api.no_occurrence api.no_text request.unknown_occurrence request.not_there_yet "
    "request.unknown_plan request.no_plan",
    405: "api.no_method",
    409: "api.too_many_links request.illegal_move request.event_exists request.request_reused ledger.request_reused "
    "request.already_asked request.already_acknowledged request.step_done request.nothing_asked "
    "request.number_before_signing request.other_number request.nothing_to_take_back upload.day_full",
    411: "api.no_length",
    413: "api.too_large upload.too_large upload.too_large_together",
    415: "api.not_json api.not_json_nor_parts",
    422: "api.invalid api.no_unit api.needs_way api.two_keys request.answer_instead request.not_a_check_in "
    "request.not_a_report request.unknown_line request.no_such_line request.answer_needs_proof "
    "request.answer_needs_month request.needs_document request.needs_note request.needs_file request.needs_reason "
    "request.needs_grant_document request.needs_return_document request.issued_without_number "
    "request.numbered_without_number request.report_is_issued request.future request.future_hour request.too_early "
    "request.unknown_unit request.which_member request.not_on_event request.bad_ref request.unknown_target "
    "request.no_figure request.date_of_law request.date_of_custom request.extension_past "
    "request.extension_needs_day request.no_day_to_extend request.not_later request.wrong_kind rules.calendar_range "
    "upload.several upload.empty upload.unknown_kind upload.heic upload.encrypted upload.broken upload.secret "
    "upload.no_photos upload.too_many upload.too_many_pixels redact.erased_before",
    429: "api.too_many api.busy",
    500: "api.fault",
    503: "api.outside",
}
BY_STATUS = {status: tuple(codes.split()) for status, codes in _OF_STATUS.items()}
_STATUS = {code: status for status, codes in BY_STATUS.items() for code in codes}

OF_FAULTS = (
    *("api.unknown_parameter", "api.repeated_parameter", "api.repeated_field"),
    *(
        f"api.field_{kind}"
        for kind in (
            *("missing", "extra", "too_long", "too_short", "pattern", "choice", "day", "instant", "figure", "base64"),
            *(
                "text",
                "number",
                "whole",
                "boolean",
                "object",
                "file",
                "list",
                "too_many",
                "at_least",
                "at_most",
                "wrong",
            ),
        )
    ),
)
"""Of `errors` alone, each about one field or parameter."""


def status_of(code: str) -> int:
    """The status of a use case's refusal."""
    return _STATUS.get(code, 422)
