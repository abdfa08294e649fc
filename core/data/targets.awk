# core/data/targets.csv -> target_table[] of core/metrics/metrics.h. The source is the last field and may hold commas.
BEGIN {
	FS = ","
	per["day"] = "FOR_DAY"; per["week"] = "FOR_WEEK"; per["month"] = "FOR_MONTH"; per["any"] = "FOR_ANY"
	most["at_least"] = "false"; most["at_most"] = "true"
	print "#include \"core/metrics/metrics.h\"\n#include \"core/values/when.h\"\n\nconst struct target target_table[] = {"
}
/^#/ { next }
$0 !~ /^[a-z][a-z0-9_]*,[a-z]+,[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9],([0-9]+|[0-9]+\.[0-9][0-9]%|[0-9]+h),[a-z_]+,[^"\\]+$/ ||
	!($2 in per) || !($5 in most) || $1 "," $2 "," $3 <= last {
	print "targets.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	value = $4
	if (sub(/h$/, "", value))
		value = value " * WHEN_HOUR"
	else if (sub(/%$/, "", value))
		value = sprintf("%d", value * 100 + 0.5)
	printf "\t{ \"%s\", %s, \"%s\", %s, %s, \"%s\" },\n", $1, per[$2], $3, value, most[$5],
		substr($0, length($1 $2 $3 $4 $5) + 6)
	last = $1 "," $2 "," $3
}
END {
	if (!failed)
		print "};\nconst size_t target_count = COUNT(target_table);"
}
