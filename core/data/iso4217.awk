# core/data/iso4217.csv -> currencies[] of core/values/money.h
BEGIN {
	FS = ","
	print "#include \"core/values/money.h\"\n\nconst struct currency currencies[] = {"
}
/^#/ { next }
$0 !~ /^[A-Z][A-Z][A-Z],[0-9][0-9][0-9],[0-9],./ || $1 <= last {
	print "iso4217.csv: line " NR " is malformed or out of order" > "/dev/stderr"
	failed = 1
	exit 1
}
{
	printf "\t{ \"%s\", %d, %d },\n", $1, $2, $3
	last = $1
}
END {
	if (!failed)
		print "};\nconst size_t ncurrencies = COUNT(currencies);"
}
