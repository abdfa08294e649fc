# core/data/han.csv -> han_table[] of core/values/han.h
BEGIN {
	FS = ","
	print "#include \"core/values/han.h\"\n\nconst struct han han_table[] = {"
}
/^#/ { next }
$0 !~ /^[0-9A-F]+,[0-9A-F]*,[a-z ]*$/ || length($1) < length(last) || (length($1) == length(last) && $1 "" <= last "") || length($3) > 71 {
	print "han.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ 0x%s, 0x%s, \"%s\" },\n", $1, $2 == "" ? "0" : $2, $3
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t han_count = COUNT(han_table);"
}
