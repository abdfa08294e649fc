# core/data/places.csv -> province_table[] of core/values/address.h
BEGIN {
	FS = ","
	print "#include \"core/values/address.h\"\n\nconst struct province province_table[] = {"
}
/^#/ { next }
$0 !~ /^[^ ,"\\]+,[^ ,"\\]+,[^,"\\]+$/ || $1 <= last {
	print "places.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", \"%s\", \"%s\" },\n", $1, $2, $3
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t province_count = COUNT(province_table);"
}
