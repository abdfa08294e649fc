#!/bin/sh
# Usage: coverage.sh BUILD   sums what gcov says of each file of the house, the least covered first.
set -eu
cd "$1"
top=$OLDPWD
find store core sync tui -name '*.gcda' | while IFS= read -r f; do
	gcov -n -o "$(dirname "$f")" "$f" 2>/dev/null
done | awk -v top="$top/" '
	/^File / { file = $2; gsub(/\047/, "", file); sub(top, "", file) }
	/^Lines executed:/ { split($2, p, "[:%]"); if (file ~ /^(store|core|sync|tui)\// && file ~ /\.c$/) { pct[file] = p[2]; n[file] = $4 } file = "" }
	END { for (f in pct) { printf "%6.1f%% of %5d  %s\n", pct[f], n[f], f; sum += pct[f] * n[f]; all += n[f] }
	      if (all) printf "%6.1f%% of %5d  all\n", sum / all, all }' | sort -n
