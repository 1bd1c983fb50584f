"""What happened: the tables, the session, the ledger and the queries. Every key starts with office and plan."""
