/* What is looked at before a customer is verified: each check with its reason, and the way to the other record. */
#include <stdio.h>
#include <string.h>

#include "core/records/user.h"
#include "tests/check.h"
#include "tests/court.h"
#include "tests/specimen.h"

/* ---- what a record says by itself ---- */
struct finding { const char *check, *field, *text; int64_t n; enum check_status wanted; const char *says; };

static const struct finding findings[] = {
	{ "number_form", "number", "110101199003070039", 0, CHECK_FAILED, "check character" },
	{ "number_form", "number", "", 0, CHECK_FAILED, "not given" },
	{ "number_form", "document_kind", "passport", 0, CHECK_FAILED, "5 to 9" }, /* the number of a card on a passport */
	{ "number_form", "number", "911124198108030024", 0, CHECK_FAILED, "foreign permanent" },
	{ "number_form", "number", "110101900307003", 0, CHECK_FAILED, "first generation" },
	{ "born_agree", "ocr_born_on", "1990-03-08", 0, CHECK_FAILED, "document" },
	{ "born_agree", "register_born_on", "1990-03-08", 0, CHECK_FAILED, "register" },
	{ "born_agree", "number", "11010519491231002X", 0, CHECK_FAILED, "identity number" },
	{ "born_agree", "number", "110105194912310020", 0, CHECK_PASSED, "agree" }, /* one that is wrong says nothing */
	{ "of_age", "ocr_born_on", "2012-01-01", 0, CHECK_FAILED, "13 years" },
	{ "of_age", "ocr_born_on", "2009-01-01", 0, CHECK_UNKNOWN, "16 years" },
	{ "not_expired", "ocr_valid_until", "2025-11-20", 0, CHECK_FAILED, "expired on 2025-11-20" },
	{ "not_expired", "valid_until", "2025-11-20", 0, CHECK_FAILED, "expired on 2025-11-20" }, /* whoever says it */
	{ "not_expired", "register_valid_until", "2025-11-20", 0, CHECK_FAILED, "expired on 2025-11-20" },
	{ "not_expired", "register_valid_until", "2025-11-21", 0, CHECK_PASSED, "valid until 2025-11-21" }, /* the last day */
	{ "not_expired", "ocr_valid_until", "2030-12-31", 0, CHECK_UNKNOWN, "do not say the same" },
	{ "not_expired", "ocr_valid_until", "", 0, CHECK_UNKNOWN, "do not say the same" },
	{ "not_expired", "ocr_valid_sure", NULL, 89, CHECK_UNKNOWN, "89 %" },
	{ "names_agree", "ocr_name", "样本乙", 0, CHECK_FAILED, "document" },
	{ "names_agree", "register_name", "样本乙", 0, CHECK_FAILED, "register" },
	{ "names_agree", "ocr_name", "", 0, CHECK_UNKNOWN, "could not be read" },
	{ "names_agree", "ocr_name", "样 本甲", 0, CHECK_PASSED, "agree" },
	{ "names_agree", "ocr_name_sure", NULL, 89, CHECK_UNKNOWN, "89 %" },
	{ "numbers_agree", "register_number", "110101199003070070", 0, CHECK_FAILED, "register" },
	{ "face", "face_match", NULL, 79, CHECK_FAILED, "79 %" },
	{ "face", "face_match", NULL, 80, CHECK_PASSED, "80 %" },
	{ "liveness", "liveness", NULL, 84, CHECK_FAILED, "85 %" },
	{ "sources", "source_credit", "failed", 0, CHECK_FAILED, "Credit bureau" },
	{ "channels", "account_class", "class_3", 0, CHECK_UNKNOWN, "enough for Class II" },
	{ "channels", "account_class", "class_1", 0, CHECK_PASSED, "3 passed, 1 needed" },
};

static const struct check_row *row_of(const struct checklist *list, const char *id)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->row[i].check->id, id))
			return &list->row[i];
	fail_msg("there is no check %s", id);
	return NULL;
}

static void keep(struct room *r, const char *kind, const char *id, const char *state, const char *field, const char *text, const char *user)
{
	AUTO(item_release) struct item it;

	specimen_begin(&it, kind, id, state);
	specimen_put(&it, field, text);
	if (user)
		specimen_put(&it, "user_id", user);
	assert_ok(item_save(&it, r->db, &r->err), r->err);
}

static void picture(struct room *r, const char *id, const char *type, const char *state)
{
	AUTO(item_release) struct item it;

	specimen_begin(&it, "scan", id, state);
	specimen_put(&it, "check_id", "K1");
	specimen_put(&it, "type", type);
	assert_ok(item_save(&it, r->db, &r->err), r->err);
}

static void each_check_finds_what_it_is_for(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item good;

	specimen_check(&good, "K1", "U1", "in_review");
	keep(r, "user", "U1", "submitted", "device_id", "V1", NULL);
	picture(r, "S1", "identity_front", "received");
	picture(r, "S2", "identity_back", "received");
	checks_run(r->db, &good, NOW, &list);
	assert_int_equal(list.n, IDENTITY_CHECKS);
	for (size_t i = 0; i < list.n; i++)
		if (list.row[i].status != (strcmp(list.row[i].check->id, "screened") ? CHECK_PASSED : CHECK_UNKNOWN)) /* no list is here */
			fail_msg("%s: %s", list.row[i].check->id, list.row[i].why);
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct finding *f = &findings[i];
		AUTO(item_release) struct item it;

		item_copy(&it, &good);
		if (f->text)
			specimen_put(&it, f->field, f->text);
		else
			item_set(&it, f->field, value_int(f->n));
		checks_run(r->db, &it, NOW, &list);
		if (row_of(&list, f->check)->status != f->wanted || !strstr(row_of(&list, f->check)->why, f->says))
			fail_msg("%s with %s %s: %s", f->check, f->field, f->text ? f->text : "", row_of(&list, f->check)->why);
	}
}

/* Travel documents have numbers of their form, and nothing that vouches for them. */
static void travel_documents_are_looked_at(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	specimen_put(&it, "document_kind", "passport");
	specimen_put(&it, "number", "SP1234567");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "number_form")->status, CHECK_UNKNOWN);
	assert_non_null(strstr(row_of(&list, "number_form")->why, "no check character"));
	specimen_put(&it, "document_kind", "foreign_permanent_residence");
	specimen_put(&it, "number", "911124198108030024");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "number_form")->status, CHECK_PASSED);
	assert_int_equal(row_of(&list, "born_agree")->status, CHECK_FAILED); /* 1981, not 1990 */
}

/* ---- age: 21 November 2025 begins in Shanghai on the 20th, 16:00 UTC ---- */
#define MIDNIGHT INT64_C(1763654400000)
#define LEAP_EVE INT64_C(1772208000000) /* 28 February 2026, 00:00 in Shanghai */
static const struct { const char *born; int64_t when; enum check_status wanted; const char *says; } ages[] = {
	{ "2007-11-21", MIDNIGHT, CHECK_PASSED, "of age" },
	{ "2007-11-21", MIDNIGHT - 1, CHECK_UNKNOWN, "17 years" },
	{ "2007-11-22", MIDNIGHT, CHECK_UNKNOWN, "17 years" },
	{ "2009-11-21", MIDNIGHT, CHECK_UNKNOWN, "16 years" },
	{ "2009-11-21", MIDNIGHT - 1, CHECK_FAILED, "15 years" },
	{ "2009-11-22", MIDNIGHT, CHECK_FAILED, "15 years" },
	{ "2008-02-29", LEAP_EVE, CHECK_UNKNOWN, "17 years" },            /* no 29 February: from 1 March on */
	{ "2008-02-29", LEAP_EVE + 24 * INT64_C(3600000), CHECK_PASSED, "of age" },
	{ "2030-01-01", MIDNIGHT, CHECK_FAILED, "under 16" },
	{ "", MIDNIGHT, CHECK_UNKNOWN, "no birthday" },
};

static void birthdays_are_those_of_shanghai(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	for (size_t i = 0; i < COUNT(ages); i++) {
		specimen_put(&it, "born_on", "");
		specimen_put(&it, "ocr_born_on", ages[i].born);
		checks_run(r->db, &it, ages[i].when, &list);
		if (row_of(&list, "of_age")->status != ages[i].wanted || !strstr(row_of(&list, "of_age")->why, ages[i].says))
			fail_msg("born %s at %lld: %s", ages[i].born, (long long)ages[i].when, row_of(&list, "of_age")->why);
	}
}

/* A minor's own reason names the picture that decides, once it is there. */
static void a_minors_consent_is_looked_at(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	specimen_put(&it, "ocr_born_on", "2009-01-01");
	picture(r, "S1", "guardian_consent", "replaced");
	checks_run(r->db, &it, NOW, &list);
	assert_null(row_of(&list, "of_age")->kind); /* one that was replaced is none */
	picture(r, "S1", "guardian_consent", "received");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "of_age")->status, CHECK_UNKNOWN);
	assert_string_equal(row_of(&list, "of_age")->kind, "scan");
	assert_string_equal(row_of(&list, "of_age")->id, "S1");
}

/* What is to be compared with a picture wants one; one that was replaced is none. */
static void pictures_are_there(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;
	static const struct { const char *id, *type, *state, *kind, *says; } steps[] = {
		{ "S9", "face", "received", "resident_identity_card", "front" }, { "S1", "identity_front", "replaced", "resident_identity_card", "front" },
		{ "S2", "identity_front", "received", "resident_identity_card", "back" }, { "S2", "identity_front", "received", "passport", NULL },
		{ "S3", "identity_back", "received", "resident_identity_card", NULL },
	};

	specimen_check(&it, "K1", "U1", "in_review");
	for (size_t i = 0; i < COUNT(steps); i++) {
		picture(r, steps[i].id, steps[i].type, steps[i].state);
		specimen_put(&it, "document_kind", steps[i].kind);
		checks_run(r->db, &it, NOW, &list);
		assert_int_equal(row_of(&list, "pictured")->status, steps[i].says ? CHECK_UNKNOWN : CHECK_PASSED);
		if (steps[i].says)
			assert_non_null(strstr(row_of(&list, "pictured")->why, steps[i].says));
	}
}

/* 长期 stands on no passport, and on no card of somebody under 46. */
static const struct { const char *kind, *born; enum check_status wanted; } for_good[] = {
	{ "resident_identity_card", "1979-11-21", CHECK_PASSED }, { "resident_identity_card", "1979-11-22", CHECK_FAILED },
	{ "resident_identity_card", "", CHECK_UNKNOWN }, { "passport", "1950-01-01", CHECK_FAILED }, { "taiwan_permit", "1950-01-01", CHECK_FAILED },
};

static void few_documents_are_valid_for_good(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	specimen_put(&it, "valid_until", "");
	specimen_put(&it, "ocr_valid_until", "");
	for (size_t i = 0; i < COUNT(for_good); i++) {
		specimen_put(&it, "document_kind", for_good[i].kind);
		specimen_put(&it, "born_on", for_good[i].born);
		specimen_put(&it, "ocr_born_on", for_good[i].born);
		checks_run(r->db, &it, MIDNIGHT, &list);
		if (row_of(&list, "not_expired")->status != for_good[i].wanted)
			fail_msg("%s of %s: %s", for_good[i].kind, for_good[i].born, row_of(&list, "not_expired")->why);
	}
}

/* Whoever asks for more has to be who was verified: papers of somebody else, however good, do not raise the class. */
static const struct { const char *name, *number; int64_t verified; enum check_status wanted; } holders[] = {
	{ "", "", 0, CHECK_PASSED }, { "样本甲", NULL, NOW, CHECK_PASSED }, { "样本乙", NULL, NOW, CHECK_UNKNOWN },
	{ "样本甲", "11010519491231002X", NOW, CHECK_FAILED }, { "样本甲", "SP1234567", NOW, CHECK_UNKNOWN }, { "样本乙", "SP1234567", NOW, CHECK_FAILED },
	{ "样本甲", "", NOW, CHECK_UNKNOWN },
};

static void the_holder_stays_the_same(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it, user;

	specimen_check(&it, "K1", "U1", "in_review");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "same_person")->status, CHECK_UNKNOWN); /* U1 is not there */
	for (size_t i = 0; i < COUNT(holders); i++) {
		specimen_begin(&user, "user", "U1", "active");
		specimen_put(&user, "name", holders[i].name);
		specimen_put(&user, "identity_number", holders[i].number ? holders[i].number : item_text(&it, "number"));
		item_set(&user, "verified_at", value_int(holders[i].verified));
		assert_ok(item_save(&user, r->db, &r->err), r->err);
		item_release(&user);
		checks_run(r->db, &it, NOW, &list);
		if (row_of(&list, "same_person")->status != holders[i].wanted)
			fail_msg("%zu: %s", i, row_of(&list, "same_person")->why);
		assert_int_equal(row_of(&list, "same_person")->kind != NULL, holders[i].wanted != CHECK_PASSED);
	}
}

/* However often somebody has a card in their own name, the other one who has it is found. */
static void ones_own_hide_nobody(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	for (int i = 0; i < 30; i++) {
		char id[16];

		snprintf(id, sizeof id, "B%02d", i);
		keep(r, "bank_card", id, "unverified", "card_number", item_text(&it, "card_number"), i < 29 ? "U1" : "U2");
	}
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "card_shared")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "card_shared")->id, "U2");
}

/* What others have as well: named, with a way there; what is one's own, or another's closed account, is not counted. */
static void what_is_shared_is_found(void **state)
{
	struct room *r = *state;
	struct checklist list;
	AUTO(item_release) struct item it;

	specimen_check(&it, "K1", "U1", "in_review");
	keep(r, "user", "U1", "submitted", "device_id", "V1", NULL);
	keep(r, "user", "U2", "closed", "identity_number", item_text(&it, "number"), NULL);
	keep(r, "bank_card", "B1", "bound", "card_number", item_text(&it, "card_number"), "U1");
	keep(r, "bank_card", "B2", "unbound", "card_number", item_text(&it, "card_number"), "U2");
	checks_run(r->db, &it, NOW, &list);
	assert_false(checks_failed(&list));
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_PASSED);
	keep(r, "user", "U3", "active", "identity_number", item_text(&it, "number"), NULL);
	keep(r, "user", "U4", "active", "device_id", "V1", NULL);
	keep(r, "bank_card", "B3", "bound", "card_number", item_text(&it, "card_number"), "U5");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "number_once")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "number_once")->kind, "user");
	assert_string_equal(row_of(&list, "number_once")->id, "U3");
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_UNKNOWN); /* a couple may share one */
	assert_string_equal(row_of(&list, "device_shared")->id, "U4");
	assert_int_equal(row_of(&list, "card_shared")->status, CHECK_FAILED);
	assert_string_equal(row_of(&list, "card_shared")->id, "U5");
	assert_string_equal(row_of(&list, "number_once")->why, "shared with U3");
	keep(r, "user", "U3", "closed", "identity_number", item_text(&it, "number"), NULL);
	keep(r, "identity_check", "K8", "rejected", "number", item_text(&it, "number"), "U8");
	keep(r, "identity_check", "K8-2", "submitted", "number", item_text(&it, "number"), "U8");
	keep(r, "identity_check", "K3", "approved", "number", item_text(&it, "number"), "U3");
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "number_once")->status, CHECK_UNKNOWN); /* whose it is nobody has verified */
	assert_string_equal(row_of(&list, "number_once")->why, "U8 handed it in as well");
	assert_string_equal(row_of(&list, "number_once")->id, "U8");
	keep(r, "user", "U6", "active", "device_id", "V1", NULL);
	keep(r, "user", "U7", "frozen", "device_id", "V1", NULL);
	checks_run(r->db, &it, NOW, &list);
	assert_int_equal(row_of(&list, "device_shared")->status, CHECK_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_check_finds_what_it_is_for, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(travel_documents_are_looked_at, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(birthdays_are_those_of_shanghai, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(a_minors_consent_is_looked_at, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(pictures_are_there, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(few_documents_are_valid_for_good, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(the_holder_stays_the_same, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(ones_own_hide_nobody, room_setup, room_teardown),
		cmocka_unit_test_setup_teardown(what_is_shared_is_found, room_setup, room_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
