"""Words of messages that reached nobody: the command line's, the page's and the refusals."""

TEXTS = {
    "none": "Everybody was reached.",
    "column_who": "Recipient",
    "column_why": "State",
    "column_notices": "Messages",
    "column_since": "Since",
    "column_address": "Address",
    "column_reason": "Reason",
    "why_failed": "not sent yet",
    "why_dead": "address takes nothing",
    "why_no-address": "no address",
    "bounced": "Noted: {address} takes no mail. Nothing is sent there, but written to files, until somebody says it is "
    "mended.",
    "bounced_already": "That {address} takes no mail was noted already.",
    "again": "From the next delivery on {address} is written to again.",
    "again_already": "{address} is written to as it is: it was not noted as taking no mail.",
    "needs_address": "Give an address: «kehoach undelivered {action} ADDRESS»; see «kehoach undelivered list».",
    "no_address_here": "«kehoach undelivered list» takes no address, --reason or --way.",
    "only_bounced": "Only «kehoach undelivered bounced» takes --reason.",
    "unknown_address": "Nobody in the plan is reached at «{address}»; near: {near}.",
    "needs_reason": "Give the reason (what the returned mail says).",
    # The page
    "title": "Messages not delivered",
    "what": "Who was not reached, and why. What waits is tried again at each delivery; an address that takes no mail "
    "is left alone, and its messages are written to files on the server.",
    "line_failed": "{notices} messages not sent, waiting since {since}, tried {attempts} times: {reason}",
    "line_dead": "{address} takes no mail since {since}: {reason}",
    "line_filed": "{notices} messages written to files only",
    "unknown": "No address ({count})",
    "unknown_note": "Messages to them are written to files only. Put their addresses into the "
    "overlay, under people (overlay.yaml).",
    "again_do": "Mended, write again",
    "bounced_title": "Returned mail",
    "bounced_what": "Was mail returned to the office's mailbox, where the program does not see it? Note it here, and "
    "nothing more goes there.",
    "which": "Address",
    "reason": "What the returned mail says",
    "bounced_do": "Note that it takes no mail",
    "did_bounced": "Noted: this address takes no mail.",
    "did_again": "From the next delivery on this address is written to again.",
    "open": "Messages not delivered, returned mail",
}
