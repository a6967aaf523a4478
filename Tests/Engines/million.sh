#!/bin/sh
# Puts a million random queries to the engine and to the row-by-row oracle, in pieces, and stops at
# the first difference with its seed.
#
#     Tests/Engines/million.sh                 a million queries from seed 1
#     Tests/Engines/million.sh 200000 4001     so many queries, from another seed
set -eu
cd "$(dirname "$0")/../.."
total=${1:-1000000}
seed=${2:-1}
each=1250
piece=$((each * 40))
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift build -c release --build-tests -Xswiftc -enable-testing
done=0
while [ "$done" -lt "$total" ]; do
  if ! TALLY_ORACLE_SEED=$seed TALLY_ORACLE_QUERIES=$each \
    swift test -c release --skip-build -Xswiftc -enable-testing \
    --filter OracleTests/answersAsTheOracle >"$log" 2>&1; then
    echo "a difference between seed $seed and $((seed + 39)):"
    grep -m 1 -A 60 'recorded an issue' "$log" || tail -40 "$log"
    echo "again: TALLY_ORACLE_SEED=$seed TALLY_ORACLE_QUERIES=$each swift test --filter OracleTests"
    exit 1
  fi
  done=$((done + piece))
  echo "$done queries from seed $seed on without a difference"
  seed=$((seed + 40))
done
