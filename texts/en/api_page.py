"""Words of the page of the API; what is told of each verb is in texts/*/api.py and api_fields.py."""

TEXTS = {
    "skip": "To the content",
    "what": "The verbs and the JSON of the command line «kehoach». Software of the ward (documents, one-stop "
    "shop, schools…) reads how things stand and records through it, with a token. This page is made of "
    "the OpenAPI document itself, so it says what this server does.",
    "for_machines": "For machines (OpenAPI 3.1)",
    "other_language": "Tiếng Việt",
    "contents": "Contents",
    "token": "How to get a token",
    "calling": "How to call it",
    "refused": "Refusals",
    "types": "What is answered",
    "token_how": "The office makes a token for each system, on the page «Accounts», under «Tokens», or on the command "
    "line. It is shown once, ends by itself and can be revoked.",
    "token_label": "Document software",
    "token_send": "It goes in the Authorization header, never in an address. $HOST is the address of this server, "
    "$TOKEN the token:",
    "token_may": "A token may what an account of its roles and unit may: a unit's sees and records its own work alone."
    " No token sees a child's case.",
    "days": "Days are written 2025-05-20, in the plan's time zone; «from» and «to» are inclusive. What is unknown"
    " is null.",
    "by_whom": "Of another unit's word say how it came (channel), and whose it is (by) where it is not the holder's."
    " In the ledger token:<id> is who typed.",
    "repeat": "Sent again with the same Idempotency-Key (or request_id) and the same words, nothing more is "
    "recorded and repeated is true; with other words it is refused (409). Without one, each request is an"
    " entry.",
    "etag": "Keep the ETag of an answer and send it as If-None-Match: nothing new is a 304 that costs next to "
    "nothing; asking every minute is fine.",
    "pages": 'Long lists come in pages (limit): the Link header, rel="next", leads to the next one.',
    "files": "Bodies are JSON with a Content-Length. One with a file may also come as multipart/form-data, a part "
    "for each field.",
    "limits": "In a minute: 300 entries by a token, 30 wrong tokens from an address; beyond that 429 with Retry-After.",
    "cors": "It is for servers, not for pages of other sites: there is no CORS, and cookies are not looked at.",
    "versions": "In /api/v1 there are only additions: new fields, parameters and codes; pass over fields you do not "
    "know. What changes the contract will be /api/v2, and v1 will run for a year beside it at least.",
    "of_all": "Parameters of every call",
    "field": "Field",
    "value": "Value",
    "meaning": "Meaning",
    "required": "required",
    "who": "Who may",
    "everybody": "every role; a unit's token sees its own",
    "parameters": "Parameters",
    "parameters_of": "Parameters of {what}",
    "body": "Body (JSON)",
    "body_parts": "Body (JSON, or multipart/form-data with the file as it is)",
    "body_of": "Body of {what}",
    "answer": "Answers",
    "also": "and may answer",
    "refused_how": "As RFC 9457 has it (application/problem+json): code for machines, title and detail for people "
    "(?lang= or Accept-Language), errors with every fault at once. What stands in braces is filled in.",
    "in_errors": "In errors alone",
    "codes_of": "Codes, {status}",
    "words": "Words",
    "fields_of": "Fields of {what}",
}
