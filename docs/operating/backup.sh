#!/bin/sh
# A copy of a data folder while it is in use, proved right; of the last fourteen days: backup.sh FOLDER
#
#   FOLDER/2026-11-24/  the database, overlay.yaml and the outbox of that day
#   FOLDER/evidence/    every file that was handed in; a file lies under its hash, so the days share it
#
# The database comes first, so that every file it names is there. desk.key is left out: keep it elsewhere, apart.
# KEHOACH_HOME, and with PostgreSQL KEHOACH_DATABASE_URL, as for the server; KEHOACH is the command.
set -eu
umask 077
kehoach=${KEHOACH:-/opt/kehoach/.venv/bin/kehoach}
day=$1/$(date +%Y-%m-%d)
mkdir -p "$day" "$1/evidence"

case ${KEHOACH_DATABASE_URL:-} in
postgres*)
    pg_dump --format=custom --file="$day/kehoach.dump" "$(echo "$KEHOACH_DATABASE_URL" | sed 's/+psycopg:/:/')"
    ;;
*)
    rm -f "$day/kehoach.db"
    "${kehoach%/*}/python" -c '
import sqlite3, sys
source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
source.backup(sqlite3.connect(sys.argv[2]))
' "$KEHOACH_HOME/kehoach.db" "$day/kehoach.db"
    ;;
esac
[ ! -d "$KEHOACH_HOME/evidence" ] || cp -R -u "$KEHOACH_HOME/evidence/." "$1/evidence/"
for each in overlay.yaml outbox; do
    [ ! -e "$KEHOACH_HOME/$each" ] || cp -R "$KEHOACH_HOME/$each" "$day/"
done
ln -sfn ../evidence "$day/evidence"

if [ -e "$day/kehoach.db" ]; then
    KEHOACH_HOME=$day KEHOACH_DATABASE_URL='' "$kehoach" verify
else
    pg_restore --list "$day/kehoach.dump" >/dev/null
    "$kehoach" verify
fi
find "$1" -maxdepth 1 -name '20[0-9][0-9]-[01][0-9]-[0-3][0-9]' -mtime +14 -exec rm -r {} +
