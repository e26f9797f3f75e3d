"""Backups: the database and the pictures, of the whole installation or of one community.

    backup = back_up_all(say=print)                   # config/backups/making.py
    backup = back_up_community(community, say=print)  # config/backups/one_community.py
    restore_all(backup, say=print)                    # config/backups/restoring.py
    restore_community(backup, say=print)              # config/backups/bringing_back.py

Each is a folder under `settings.BACKUP_ROOT`, written aside and renamed when it is whole, with a manifest of counts and
check sums (`communities/console/operator/backups.py`). They speak to the database as its owner, past the policies:
a backup that kept the walls would be empty. Why so: docs/decisions/0039-operator.md.
"""
