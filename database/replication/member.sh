#!/bin/sh
# Starts one PostgreSQL of a replication group, in the role that the group's record gives it.
#
# The members share the folder $ORQ_CLUSTER:
#   primary         "NAME TIMELINE": the only member that may be the primary. Written before anybody is promoted.
#   system          identifier of the database cluster, once a replica has it
#   members/NAME    "HOST PORT" of each member
#   members/NAME.basebackup   asks this member for a new base backup at its next start
# Members that share no folder have one each, and get the record with every start: ORQ_PRIMARY ("NAME TIMELINE"),
# ORQ_SYSTEM, ORQ_COPY ("NAME WORD": a new word asks the member for a new base backup), and the other member, ORQ_PEER,
# at whichever of ORQ_PRIMARY_ADDRESS and ORQ_REPLICA_ADDRESS ("HOST PORT") it has by the record.
# A member that is not the recorded primary never starts as one: it is rewound, or copied anew, and follows.
# What a rewind or a copy would throw away is kept beside the data (diverged-*).
set -eu

name=$ORQ_MEMBER
cluster=$ORQ_CLUSTER
data=$PGDATA
port=${PGPORT:-5432}
# Names of slots have no hyphens.
slot=$(printf '%s' "$name" | tr - _)
PGUSER=$POSTGRES_USER PGPASSWORD=$POSTGRES_PASSWORD PGDATABASE=$POSTGRES_DB PGCONNECT_TIMEOUT=3
export PGUSER PGPASSWORD PGDATABASE PGCONNECT_TIMEOUT

say() { printf '[member] %s\n' "$1"; }

become_postgres() {
  [ "$(id -u)" = 0 ] || return 0
  mkdir -p "$(dirname "$data")"
  chown postgres "$cluster" "$(dirname "$data")"
  for drop in gosu su-exec; do
    if command -v "$drop" > /dev/null; then exec "$drop" postgres /bin/sh "$0" "$@"; fi
  done
  exec setpriv --reuid=postgres --regid=postgres --init-groups /bin/sh "$0" "$@"
}

# Written beside and renamed: a reader sees the old text or the new one.
replace() {
  printf '%s\n' "$2" > "$1.$$"
  sync "$1.$$" 2> /dev/null || sync
  mv "$1.$$" "$1"
}

announce() {
  mkdir -p "$cluster/members"
  replace "$cluster/members/$name" "${ORQ_MEMBER_HOST:-$name} $port"
  umask 077
  printf '*:*:*:%s:%s\n' "$REPLICATION_USER" "$REPLICATION_PASSWORD" > "$cluster/members/$name.pgpass.$$"
  mv "$cluster/members/$name.pgpass.$$" "$cluster/members/$name.pgpass"
  umask 022
}

take_record() {
  [ -n "${ORQ_PRIMARY:-}" ] || return 0
  replace "$cluster/primary" "$ORQ_PRIMARY"
  replace "$cluster/system" "$ORQ_SYSTEM"
  address=$ORQ_PRIMARY_ADDRESS
  [ "${ORQ_PRIMARY% *}" != "$name" ] || address=$ORQ_REPLICA_ADDRESS
  replace "$cluster/members/$ORQ_PEER" "$address"
  if [ "${ORQ_COPY:-}" != '' ] && [ "${ORQ_COPY% *}" = "$name" ] && [ "$ORQ_COPY" != "$(cat "$cluster/copied" 2> /dev/null)" ]; then
    touch "$cluster/members/$name.basebackup"
    replace "$cluster/copied" "$ORQ_COPY"
  fi
}

recorded_primary() {
  read -r first _ < "$cluster/primary" && printf '%s' "$first"
}

# host and peer_port of a member; fails when it has never started.
locate() {
  read -r host peer_port < "$cluster/members/$1"
}

ask() {
  psql -h "$host" -p "$peer_port" -tAXqc "$1" 2> /dev/null
}

is_writable() {
  locate "$1" 2> /dev/null && [ "$(ask 'SELECT NOT pg_is_in_recovery()')" = t ]
}

# A member that was promoted without the record knowing: its timeline is later than the recorded one.
promoted_by_hand() {
  read -r _ recorded < "$cluster/primary"
  for file in "$cluster/members"/*; do
    other=${file##*/}
    case $other in "$name" | *.*) continue ;; esac
    if is_writable "$other"; then
      timeline=$(ask "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer")
      if [ "${timeline:-0}" -gt "$recorded" ]; then
        replace "$cluster/primary" "$other $timeline"
        return 0
      fi
    fi
  done
  return 1
}

await_primary() {
  waited=''
  until is_writable "$1"; do
    [ -n "$waited" ] || say "waiting for the primary $1"
    waited=1
    [ "$(recorded_primary)" = "$1" ] || return 1
    sleep 0.5
  done
}

# Only the latest few: they are for a person who looks soon.
keep_aside() {
  ls -1d "$(dirname "$data")"/diverged-* 2> /dev/null | sort -r | tail -n +3 | while read -r old; do rm -rf "$old"; done
  aside="$(dirname "$data")/diverged-$(date -u +%Y%m%d%H%M%S)"
  mkdir -p "$aside"
  printf '%s' "$aside"
}

copy_from_primary() {
  say "copying the data of $primary (base backup)"
  rm -rf "$data.new"
  PGPASSFILE="$cluster/members/$name.pgpass" PGPASSWORD='' \
    pg_basebackup -h "$host" -p "$peer_port" -U "$REPLICATION_USER" -D "$data.new" -X stream -c fast --no-password
  touch "$data.new/standby.signal"
  if [ -s "$data/PG_VERSION" ]; then
    aside=$(keep_aside)
    mv "$data" "$aside/data"
    say "the data from before is kept in $aside"
  fi
  rm -rf "$data"
  mv "$data.new" "$data"
  chmod 700 "$data"
  rm -f "$cluster/members/$name.basebackup"
}

system_identifier() {
  LC_ALL=C pg_controldata "$data" | sed -n 's/^Database system identifier: *//p'
}

# Segments that hold what only this server has, so that nothing it ever wrote is lost for good.
keep_divergent_segments() {
  found=$(printf '%s' "$1" | sed -n 's/.*diverged at WAL location \([0-9A-F]*\)\/\([0-9A-F]*\) on timeline \([0-9]*\).*/\1 \2 \3/p')
  [ -n "$found" ] || return 0
  # shellcheck disable=SC2086
  set -- $found
  from=$(printf '%08X%08X%08X' "$3" "0x$1" "$((0x$2 >> 24))")
  aside=$(keep_aside)
  for segment in "$data"/pg_wal/????????????????????????; do
    [ "$(basename "$segment")" \< "$from" ] || cp "$segment" "$aside/"
  done
  say "what only this server had is kept in $aside"
}

# What a crash has left to do has to be done before anything can be compared.
recover() {
  case $(LC_ALL=C pg_controldata "$data" | sed -n 's/^Database cluster state: *//p') in
    'shut down' | 'shut down in recovery') return 0 ;;
  esac
  say 'finishing the recovery of the data from before'
  rm -f "$data/postmaster.pid"
  postgres --single -F -c wal_log_hints=on -c synchronous_standby_names= -D "$data" template1 < /dev/null > /dev/null
}

rewind() {
  source="host=$host port=$peer_port user=$PGUSER dbname=$PGDATABASE connect_timeout=3"
  # Until a checkpoint, the control file of a promoted server still tells of its old timeline.
  ask CHECKPOINT > /dev/null || return 1
  recover
  plan=$(pg_rewind --dry-run --target-pgdata="$data" --source-server="$source" 2>&1) || { say "$plan"; return 1; }
  keep_divergent_segments "$plan"
  touch "$cluster/members/$name.basebackup"
  pg_rewind --target-pgdata="$data" --source-server="$source" || return 1
  touch "$data/standby.signal"
  rm -f "$cluster/members/$name.basebackup"
}

# Nothing but the wish to follow is needed of a replica that has its data: it can start before its primary does.
is_replica_with_data() {
  [ -s "$data/PG_VERSION" ] && [ -e "$data/standby.signal" ] && [ ! -e "$cluster/members/$name.basebackup" ]
}

follow() {
  primary=$1
  say "$primary is the primary; $name follows it"
  if is_replica_with_data && ! is_writable "$primary"; then return 0; fi
  await_primary "$primary" || return 1
  if [ ! -s "$data/PG_VERSION" ] || [ -e "$cluster/members/$name.basebackup" ] ||
    [ "$(system_identifier)" != "$(ask 'SELECT system_identifier FROM pg_control_system()')" ]; then
    copy_from_primary
  elif [ ! -e "$data/standby.signal" ]; then
    rewind || copy_from_primary
  fi
  is_writable "$primary" || return 1
  [ -s "$cluster/system" ] || replace "$cluster/system" "$(system_identifier)"
  ask "SELECT pg_create_physical_replication_slot('$slot', true)
    WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '$slot')" > /dev/null
}

# A primary that lost its data must not begin anew: the replica would throw its own away to follow an empty one.
has_the_groups_data() {
  [ -s "$cluster/system" ] || return 0
  [ -s "$data/PG_VERSION" ] && [ "$(system_identifier)" = "$(cat "$cluster/system")" ] && return 0
  [ -n "${warned:-}" ] || say 'the data of this server is gone, and a replica has it: orq failover'
  warned=1
  return 1
}

start_server() {
  command=postgres
  if command -v docker-entrypoint.sh > /dev/null; then command='docker-entrypoint.sh postgres'; fi
  conninfo=''
  for file in "$cluster/members"/*; do
    other=${file##*/}
    case $other in "$name" | *.*) continue ;; esac
    if locate "$other"; then
      conninfo="host=$host port=$peer_port user=$REPLICATION_USER passfile=$cluster/members/$name.pgpass application_name=$name"
      conninfo="$conninfo connect_timeout=3 keepalives_idle=2 keepalives_interval=1 keepalives_count=3"
    fi
  done
  unset PGUSER PGPASSWORD PGDATABASE PGCONNECT_TIMEOUT
  # A replica may have no fewer than its primary, which is no member yet where the record comes with the start.
  senders=8
  [ -z "${ORQ_PRIMARY:-}" ] || senders=10
  # shellcheck disable=SC2086
  exec $command -D "$data" "$@" -c wal_level=replica -c hot_standby=on -c wal_log_hints=on -c max_wal_senders=$senders \
    -c max_replication_slots=8 -c "wal_keep_size=${ORQ_WAL_KEPT:-512MB}" \
    -c "max_slot_wal_keep_size=${ORQ_WAL_KEPT_AT_MOST:-2GB}" -c wal_sender_timeout=3s \
    -c wal_receiver_timeout=3s -c wal_receiver_status_interval=1s -c wal_retrieve_retry_interval=500ms \
    -c synchronous_commit=on -c "primary_conninfo=$conninfo" -c "primary_slot_name=$slot" \
    -c password_encryption=scram-sha-256
}

become_postgres "$@"
announce
take_record
if [ ! -s "$cluster/primary" ]; then
  if [ "$name" = "$ORQ_FIRST_PRIMARY" ]; then
    replace "$cluster/primary" "$name 1"
  else
    say "waiting for $ORQ_FIRST_PRIMARY"
    until [ -s "$cluster/primary" ]; do sleep 0.2; done
  fi
fi
until
  primary=$(recorded_primary)
  if [ "$primary" = "$name" ] && promoted_by_hand; then primary=$(recorded_primary); fi
  if [ "$primary" = "$name" ]; then has_the_groups_data; else follow "$primary"; fi
do
  sleep 0.5
done
[ "${1:-}" != postgres ] || shift
say "starting; the primary is $primary"
start_server "$@"
