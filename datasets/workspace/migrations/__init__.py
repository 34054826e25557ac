"""The steps from an empty base to the tables of today, run by Alembic."""
