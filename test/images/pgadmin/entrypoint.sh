#!/bin/sh
# The contract of the official pgadmin4 image: the first start makes the account and reads servers.json, later ones need neither.
set -e

fail() { echo "$1" >&2; exit 1; }

if [ ! -f /var/lib/pgadmin/pgadmin4.db ]; then
  if [ -n "${PGADMIN_DEFAULT_PASSWORD_FILE-}" ]; then PGADMIN_DEFAULT_PASSWORD=$(cat "$PGADMIN_DEFAULT_PASSWORD_FILE"); fi
  if [ -z "${PGADMIN_DEFAULT_EMAIL-}" ] || [ -z "${PGADMIN_DEFAULT_PASSWORD-}" ]; then
    fail 'You need to define the PGADMIN_DEFAULT_EMAIL and PGADMIN_DEFAULT_PASSWORD or PGADMIN_DEFAULT_PASSWORD_FILE environment variables.'
  fi
  case $PGADMIN_DEFAULT_EMAIL in
    *.local | *.test | *.invalid | *@localhost | *[!A-Za-z0-9@._+-]*) fail "'$PGADMIN_DEFAULT_EMAIL' does not appear to be a valid email address." ;;
    ?*@?*.?*) ;;
    *) fail "'$PGADMIN_DEFAULT_EMAIL' does not appear to be a valid email address." ;;
  esac
  if [ -f "${PGADMIN_SERVER_JSON_FILE:=/pgadmin4/servers.json}" ]; then
    grep -q '"Servers"' "$PGADMIN_SERVER_JSON_FILE" || fail "$PGADMIN_SERVER_JSON_FILE has no Servers"
    cp "$PGADMIN_SERVER_JSON_FILE" /var/lib/pgadmin/imported-servers.json
  fi
  echo "$PGADMIN_DEFAULT_EMAIL" > /var/lib/pgadmin/pgadmin4.db
fi
exec busybox httpd -f -p "${PGADMIN_LISTEN_PORT:-80}" -h /pgadmin4/pages
