/* What a PDF embeds of a font with PostScript outlines (CFF), as the CJK fonts are. The only room for FreeType and HarfBuzz's subsetter.
 *
 * cairo 1.16 takes out of such a font the glyphs that are used and the subroutines that they call, but loses count of the hints where two
 * glyphs call the same one, and then leaves out what it has not met: a character stays blank on paper, though not in the text that is
 * searched. So it gets a font that has nothing to lose: the used glyphs alone, without subroutines and without hints. */
#ifndef CORE_CONTRACT_FACE_H
#define CORE_CONTRACT_FACE_H

#include <cairo.h>
#include <hb.h>
#include <stdbool.h>

bool face_is_cff(hb_face_t *f);
/* A face of these glyphs of f; number: empty, gets their numbers in it by those in f. The caller destroys the face. NULL: f cannot be read. */
cairo_font_face_t *face_of(hb_face_t *f, const hb_set_t *glyphs, hb_map_t *number);

#endif
