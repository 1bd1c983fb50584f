"""Alembic's scripts, carried in the wheel. models.migrate runs them; there is no alembic.ini."""
