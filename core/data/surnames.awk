# core/data/surnames.csv -> surname_table[] of core/values/han.h
BEGIN {
	FS = ","
	print "#include \"core/values/han.h\"\n\nconst struct surname surname_table[] = {"
}
/^#/ { next }
$0 !~ /^[^ ,]+,[a-z]+$/ || $1 <= last {
	print "surnames.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", \"%s\" },\n", $1, $2
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t surname_count = COUNT(surname_table);"
}
