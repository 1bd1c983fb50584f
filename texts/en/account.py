"""Words of accounts and signed links: refusals, and what the command line says."""

TEXTS = {
    "bad_key": "The key file «{file}» is not right; restore it from a backup.",
    "link_days": "A link is good for 1 to {most} days.",
    "link_of_group": "{unit} is a group: make a link for each unit of it.",
    "unknown_link": "There is no standing link «{id}».",
    "bad_login": "The sign-in name «{login}» may hold a-z, digits and . _ - @ only.",
    "login_taken": "The sign-in name «{login}» is taken.",
    "unknown_role": "There is no role «{role}»; choose from: {allowed}.",
    "needs_unit": "This role needs a unit.",
    "roles_apart": "Roles of a unit ({of_unit}) do not go with others ({others}).",
    "unknown": "There is no standing account «{login}».",
    "invitation_over": "This invitation was used or has expired.",
    "password_differs": "The two passwords differ.",
    "password_short": "A password needs {shortest} characters at least.",
    "password_long": "A password has {longest} characters at most.",
    "password_known": "This password is too easy to guess; use a short sentence that you remember.",
    "wrong_code": "The six digits are not right; type those that your phone shows now.",
    "wrong": "The name, the password or the code is not right.",
}
