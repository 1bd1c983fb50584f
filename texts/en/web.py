"""Words of the pages."""

TEXTS = {
    "other_language": "Tiếng Việt",
    "what": "The plan's deadlines and campaigns as a calendar that updates itself. Press a button to subscribe.",
    "within_app": "Reading this inside Zalo or Facebook? The buttons may not work there: choose “⋯”, “Open in "
    "browser”, then tap again.",
    "way_apple": "iPhone, iPad, Mac",
    "note_apple": "Opens Calendar. To be reminded, turn «Remove Alerts» off when you subscribe.",
    "way_google": "Google Calendar",
    "note_google": "On a computer; your phone follows. Google reads it again after 8 to 24 hours.",
    "way_outlook": "Outlook.com",
    "note_outlook": "A personal account. Outlook reads it again about every three hours.",
    "way_office": "Outlook at work (Microsoft 365)",
    "note_office": "An account of an office or a school.",
    "copy": "Another application",
    "copy_note": "Copy this address to where it subscribes to a calendar on the network (Thunderbird, DAVx⁵, ICSx⁵…). "
    "Do not download it: a downloaded copy is never updated.",
    "phone": "Open it on a phone",
    "phone_note": "Point the phone's camera at this code.",
    "keep": "Keep this link to yourself",
    "keep_note": "Whoever has the link reads the calendar. If it gets out, ask the office for a new one.",
    "refused_title": "This link opens nothing",
    "refused_404": "This link is wrong or no longer in use.",
    "refused_429": "Too many tries. Please wait a minute.",
    "refused_next": "Please ask the office for a new link.",
    "no_page": "There is no such page.",
    "bad_query": "Only these: as=event or todo; lang=vi or en; alarms=on or off.",
}
