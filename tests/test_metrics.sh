#!/bin/bash
# `paydesk metrics` after a real sync: every number is what SQL counts over the payment core's own plain tables.
. "$(dirname "$0")/flow.sh"
core_start --fill 15000 --seed 5
operator lin reviewer,risk
operator he support
as lin
enrol
desk_is 0 "the first sync" sync

# counted FROM TO: a line for each indicator, "id numerator denominator", by SQLite's own calendar
counted() {
	sqlite3 -readonly -separator ' ' "$work/core/paycore.db" "
		WITH day(first, last) AS (VALUES ('$1', '$2')),
		m AS (SELECT *, date(applied_at / 1000, 'unixepoch', '+8 hours') AS applied, date(concluded_at / 1000, 'unixepoch', '+8 hours') AS concluded,
			date(activated_at / 1000, 'unixepoch', '+8 hours') AS live FROM merchant),
		u AS (SELECT *, date(registered_at / 1000, 'unixepoch', '+8 hours') AS registered FROM users),
		k AS (SELECT *, date(decided_at / 1000, 'unixepoch', '+8 hours') AS decided FROM identity_check WHERE purpose = 'real_name'),
		b AS (SELECT *, date(added_at / 1000, 'unixepoch', '+8 hours') AS added FROM bank_card)
		SELECT 'new_users', count(*), '' FROM u, day WHERE registered BETWEEN first AND last UNION ALL
		SELECT 'real_name_pass_rate', ifnull(sum(state = 'approved'), 0), count(*) FROM k, day
			WHERE decided BETWEEN first AND last AND state IN ('approved', 'rejected') UNION ALL
		SELECT 'card_binding_rate', count(bound_at), count(*) FROM b, day WHERE added BETWEEN first AND last UNION ALL
		SELECT 'registration_conversion', count(activated_at), count(*) FROM u, day WHERE registered BETWEEN first AND last UNION ALL
		SELECT 'new_merchants', count(*), '' FROM m, day WHERE live BETWEEN first AND last UNION ALL
		SELECT 'merchant_approval_rate', ifnull(sum(state <> 'rejected'), 0), count(*) FROM m, day WHERE concluded BETWEEN first AND last UNION ALL
		SELECT 'merchant_review_time', ifnull(sum(concluded_at - applied_at), 0), count(*) FROM m, day WHERE concluded BETWEEN first AND last UNION ALL
		SELECT 'merchant_risk', ifnull(sum(risk_level = 'high'), 0), count(risk_level) FROM m, day WHERE applied BETWEEN first AND last"
}
# told FROM TO BY: the same of the program, over one period
told() {
	desk metrics --json --from "$1" --to "$2" --by "$3" | sed -nE \
		's/^\{"indicator":"([a-z_]+)".*"numerator":(-?[0-9]+)(,"denominator":([0-9]+))?.*/\1 \2 \4/p'
}
begin=$(date -u -d '8 hours' +%F)
for days in 0,0,day 3,3,day 40,40,day 100,0,month 200,101,month; do
	IFS=, read -r ago until by <<<"$days"
	first=$(date -u -d "$begin -$ago days" +%F) last=$(date -u -d "$begin -$until days" +%F)
	[ "$by" = month ] && first=$(date -u -d "$first" +%Y-%m-01) && last=$(date -u -d "$first +1 month -1 day" +%F)
	is "from $first to $last" "$(counted "$first" "$last")" "$(told "$first" "$last" "$by")"
done
monday=$(date -u -d "$begin -$(($(date -u -d "$begin" +%u) + 6)) days" +%F) sunday=$(date -u -d "$begin -$(date -u -d "$begin" +%u) days" +%F)
is "last week" "$(counted "$monday" "$sunday")" "$(told "$monday" "$sunday" week)"

# the list behind a number is as long as it says
desk_is 0 "one indicator" metrics merchant_risk --json --by month
is "eight months of it" 8 "$(printf '%s\n' "$out" | grep -c '"indicator":"merchant_risk","by":"month"')"
line=$(printf '%s\n' "$out" | tail -n 1)
has "the month that runs is not complete" '"complete":false' "$line"
filter=$(printf '%s\n' "$line" | sed -E 's/.*"filter":"(([^"\\]|\\.)*)".*/\1/; s/\\"/"/g')
has "with its filter" 'risk_level:high' "$filter"
# shellcheck disable=SC2086
is "whose list is that long" "$(printf '%s\n' "$line" | member numerator)" "$(desk list merchant $filter --json | wc -l)"
has "and its parts" '"parts":{"low":' "$line"

# for people
desk_is 0 "as a table" metrics new_users real_name_pass_rate
is "a heading and eight weeks of each" 18 "$(printf '%s\n' "$out" | wc -l)"
has "with the target" 'real_name_pass_rate  Real-name pass rate  (target: at least 85.00 %)' "$out"
has "the week that runs says so" 'so far' "$(printf '%s\n' "$out" | tail -n 1)"
is "in Chinese as well" 1 "$(PAYDESK_LANG=zh_CN desk metrics new_users | grep -c '新增注册用户')"

desk_is 2 "an indicator that there is not" metrics nonsense
has "the error lists those there are" 'merchant_review_time' "$said"
desk_is 2 "no such period" metrics --by year
desk_is 2 "an end before the beginning" metrics --from 2026-03-02 --to 2026-03-01
desk_is 2 "an end alone" metrics --to 2026-03-01
desk_is 2 "no day" metrics --from 2026-02-30
desk_is 2 "too many periods" metrics --from 2020-01-01 --by day
as he
desk_is 3 "support does not see them" metrics
is "and nothing is printed" '' "$out"
finish
