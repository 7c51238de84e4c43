"""Backups: what is taken along, how it is brought back, and the drill that tries it.

A folder of backups holds

    backups/2026-11-27T03-17-00Z/manifest.json    what belongs to it, with hashes; what the record ended at
    backups/2026-11-27T03-17-00Z/database.dump    a dump of the database, without the tables of keys
    files/ab/abcdef…                              evidence, once each, whatever number of backups it is in

and a folder of keys, best at another place, `keys/` with the newest alone: what somebody had erased is
gone from every backup once its key is gone here. With recipients, every file is encrypted (age,
https://age-encryption.org/v1) and its name ends in `.age`; the manifest is not, and names nobody.
"""
