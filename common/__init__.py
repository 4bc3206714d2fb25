"""Ground floor: database, versions in time, ledger, outbox, vocabulary. It knows no noun of the site."""
