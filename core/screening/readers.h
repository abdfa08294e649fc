/* The formats in which watch lists are published, each read into a listing. A file that is not exactly in its format is refused with one
 * line that says where; nothing of it is kept. */
#ifndef CORE_SCREENING_READERS_H
#define CORE_SCREENING_READERS_H

#include "core/screening/listed.h"

struct list_file { const char *name, *data; size_t n; }; /* name: for complaints */

/* OFAC's Specially Designated Nationals: SDN.CSV, ALT.CSV and ADD.CSV together, told apart by their columns (12, 5, 6). Format: OFAC, Data
 * Specification, "Technical information regarding the CSV release": no heading, "-0-" for nothing, columns
 * SDN: ent_num, SDN_Name, SDN_Type, Program, Title, Call_Sign, Vess_type, Tonnage, GRT, Vess_flag, Vess_owner, Remarks;
 * ALT: ent_num, alt_num, alt_type, alt_name, alt_remarks; ADD: ent_num, Add_num, Address, City/State/Postal, Country, Add_remarks.
 * Birth dates, nationalities, numbers and weak aliases are taken out of the remarks. */
enum code read_ofac(struct listing *l, const struct list_file *files, size_t n, struct err *err);

/* The United Nations Security Council Consolidated List as XML: CONSOLIDATED_LIST of INDIVIDUALS/INDIVIDUAL and ENTITIES/ENTITY. An
 * element that is not known is passed over, as the schema grows; an entry without DATAID or name is refused. */
enum code read_un(struct listing *l, const struct list_file *files, size_t n, struct err *err);

/* A list of the house: CSV whose first line is HOUSE_COLUMNS. class: sanction, pep, house; type: person, entity; aliases, born, number and
 * nationality may hold several, parted by |; names in any script; born: YYYY, YYYY-MM or YYYY-MM-DD. */
#define HOUSE_COLUMNS "id,class,type,name,aliases,born,number,nationality,note"
enum code read_house(struct listing *l, const struct list_file *files, size_t n, struct err *err);

struct list_format {
	const char *list;        /* "ofac": in the shell and in the store */
	const char *label;       /* N_() */
	enum code (*read)(struct listing *l, const struct list_file *files, size_t n, struct err *err);
	size_t least, most;      /* files */
	int days;                /* until it counts as old */
	bool needed;             /* without it nobody is screened */
};
extern const struct list_format list_formats[];
extern const size_t nlist_formats;
const struct list_format *list_format(const char *list); /* NULL: none by that name */

#endif
