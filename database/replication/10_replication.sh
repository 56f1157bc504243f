# Run once, when the first server of a replication group is made: the user that replicas log in as, by SCRAM.
set -eu
psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  -v name="$REPLICATION_USER" -v password="$REPLICATION_PASSWORD" <<'SQL'
SET password_encryption = 'scram-sha-256';
CREATE ROLE :"name" WITH LOGIN REPLICATION PASSWORD :'password';
SQL
hba=$(psql -tAX --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c 'SHOW hba_file')
printf '\nhost replication %s all scram-sha-256\n' "$REPLICATION_USER" >> "$hba"
