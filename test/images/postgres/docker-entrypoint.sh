#!/usr/bin/env bash
# The contract of the official postgres image: first start makes the cluster, later ones only run the server.
set -Eeuo pipefail

fail() { printf 'Error: %s\n' "$1" >&2; exit 1; }

# NAME or NAME_FILE, not both; the default comes last.
setting() {
  local name=$1 default=${2-} from_file="$1_FILE"
  if [[ -n ${!name-} && -n ${!from_file-} ]]; then fail "$name and $from_file are both set"; fi
  if [[ -n ${!from_file-} ]]; then export "$name=$(<"${!from_file}")"; else export "$name=${!name-$default}"; fi
  unset "$from_file"
}

read_settings() {
  setting POSTGRES_PASSWORD
  setting POSTGRES_USER postgres
  setting POSTGRES_DB "$POSTGRES_USER"
  setting POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

check_password() {
  [[ -n $POSTGRES_PASSWORD || $POSTGRES_HOST_AUTH_METHOD == trust ]] && return
  fail 'Database is uninitialized and superuser password is not specified. Set POSTGRES_PASSWORD, or POSTGRES_HOST_AUTH_METHOD=trust.'
}

make_cluster() {
  local -a args=(--username="$POSTGRES_USER")
  [[ -n ${POSTGRES_INITDB_WALDIR-} ]] && args+=(--waldir "$POSTGRES_INITDB_WALDIR")
  local password=''
  [[ -n $POSTGRES_PASSWORD ]] && password='--pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD")'
  # The arguments come as one string with shell quotes, as the official image takes them.
  eval 'initdb "${args[@]}" '"$password $POSTGRES_INITDB_ARGS"
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption -D "$PGDATA")}
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
}

# During initialisation the server listens on its socket only, so that clients cannot meet a half-made database.
temporary_server() {
  local -a options=("${@:2}" -c listen_addresses= -p 5432)
  pg_ctl -D "$PGDATA" -o "$(printf '%q ' "${options[@]}")" -w start
}

sql() {
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" "$@"
}

make_database() {
  [[ $POSTGRES_DB == postgres ]] && return
  sql --dbname postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    printf '%s: running %s\n' "$0" "$file"
    case $file in
      # shellcheck disable=SC1090
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) sql --dbname "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | sql --dbname "$POSTGRES_DB" ;;
      *.sql.xz) xzcat "$file" | sql --dbname "$POSTGRES_DB" ;;
      *.sql.zst) zstd -dc "$file" | sql --dbname "$POSTGRES_DB" ;;
      *) printf '%s: ignoring %s\n' "$0" "$file" ;;
    esac
  done
}

initialise() {
  check_password
  make_cluster
  export PGPASSWORD="$POSTGRES_PASSWORD"
  temporary_server "$@"
  make_database
  shopt -s nullglob
  run_init_files
  pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

only_asks() {
  local argument
  for argument; do
    case $argument in -'?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

[[ ${1-} == -* ]] && set -- postgres "$@"
if [[ ${1-} == postgres ]] && ! only_asks "$@"; then
  if [[ $(id -u) == 0 ]]; then
    mkdir -p "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    chown postgres /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH" "$0" "$@"
  fi
  read_settings
  if [[ -s $PGDATA/PG_VERSION ]]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    initialise "$@"
  fi
fi
exec "$@"
