"""What leaves the house: calendars, reports, notices, and the channels that send them. No rule lives here."""
