# core/data/namewords.csv -> nameword_table[] of core/screening/name.h
BEGIN {
	FS = ","
	print "#include \"core/screening/name.h\"\n\nconst struct nameword nameword_table[] = {"
}
/^#/ { next }
$0 !~ /^[^ ,]+,(title|form|particle|generic)$/ || $1 <= last {
	print "namewords.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", NAMEWORD_%s },\n", $1, toupper($2)
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t nameword_count = COUNT(nameword_table);"
}
