#include "core/contract/face.h"

#include <cairo-ft.h>
#include <hb-subset.h>
#include <stdlib.h>

#include "store/mem.h"

bool face_is_cff(hb_face_t *f)
{
	hb_blob_t *table = hb_face_reference_table(f, HB_TAG('C', 'F', 'F', ' '));
	bool there = hb_blob_get_length(table) > 0;

	hb_blob_destroy(table);
	return there;
}

/* The font file of those glyphs; NULL: none came of it. */
static hb_blob_t *subset(hb_face_t *f, const hb_set_t *glyphs, hb_map_t *number)
{
	/* layout was done with the whole font; here are outlines only */
	static const hb_tag_t layout[] = { HB_TAG('G', 'S', 'U', 'B'), HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F') };
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	hb_subset_plan_t *plan;
	hb_face_t *made;
	hb_blob_t *out = NULL;

	if (!input)
		return NULL;
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_NO_HINTING);
	hb_set_union(hb_subset_input_glyph_set(input), glyphs);
	for (size_t i = 0; i < COUNT(layout); i++)
		hb_set_add(hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG), layout[i]);
	plan = hb_subset_plan_create_or_fail(f, input);
	hb_subset_input_destroy(input);
	made = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
	for (hb_codepoint_t g = HB_SET_VALUE_INVALID; made && hb_set_next(glyphs, &g);)
		hb_map_set(number, g, hb_map_get(hb_subset_plan_old_to_new_glyph_mapping(plan), g));
	if (made)
		out = hb_face_reference_blob(made);
	hb_face_destroy(made);
	hb_subset_plan_destroy(plan);
	return out;
}

/* What lives as long as cairo keeps the face. */
struct kept { FT_Library library; FT_Face face; hb_blob_t *file; };

static void let_go(void *ctx)
{
	struct kept *k = ctx;

	FT_Done_FreeType(k->library); /* and its faces */
	hb_blob_destroy(k->file);
	free(k);
}

cairo_font_face_t *face_of(hb_face_t *f, const hb_set_t *glyphs, hb_map_t *number)
{
	static const cairo_user_data_key_t key;
	hb_blob_t *file = subset(f, glyphs, number);
	struct kept *k;
	cairo_font_face_t *face;
	const char *data;
	unsigned n;

	if (!file)
		return NULL;
	k = mem_alloc(sizeof *k);
	*k = (struct kept){ .file = file };
	data = hb_blob_get_data(file, &n);
	if (FT_Init_FreeType(&k->library)) {
		hb_blob_destroy(file);
		free(k);
		return NULL;
	}
	if (FT_New_Memory_Face(k->library, (const FT_Byte *)data, (FT_Long)n, 0, &k->face)) {
		let_go(k);
		return NULL;
	}
	face = cairo_ft_font_face_create_for_ft_face(k->face, FT_LOAD_NO_HINTING);
	if (cairo_font_face_set_user_data(face, &key, k, let_go) == CAIRO_STATUS_SUCCESS)
		return face;
	cairo_font_face_destroy(face);
	let_go(k);
	return NULL;
}
