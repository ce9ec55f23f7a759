#!/bin/sh
# How a node of a cluster on one machine gets its data: the one that has them stops writing and copies its directory.
# Called by the server: https://mariadb.com/kb/en/introduction-to-state-snapshot-transfers-ssts/
set -e
while [ $# -gt 0 ]; do
  case "$1" in
    --role) role=$2; shift ;;
    --address) address=$2; shift ;;
    --datadir) data=${2%/}; shift ;;
    --gtid) state=$2; shift ;;
  esac
  shift
done
case "$role" in
  joiner)
    rm -rf "$data"/* "$data.state"
    echo "ready $data"
    until [ -s "$data.state" ]; do sleep 0.1; done
    cat "$data.state"
    ;;
  donor)
    echo "flush tables"
    until [ -e "$data/tables_flushed" ]; do sleep 0.1; done
    for file in "$data"/*; do
      case "${file##*/}" in
        galera.cache | grastate.dat | gvwstate.dat | tables_flushed) ;;
        *) cp -r "$file" "$address/" ;;
      esac
    done
    echo "continue"
    echo "$state" > "$address.new"
    mv "$address.new" "$address.state"
    echo "done $state"
    ;;
esac
