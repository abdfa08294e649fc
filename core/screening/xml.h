/* XML that came from outside, read element by element. The only room for libxml2.
 *
 * UTF-8 only, well formed to its end, without a document type: so there are no entities of its own, internal or external, and nothing is
 * ever fetched. Depth, the length of a text and the number of elements are bounded. */
#ifndef CORE_SCREENING_XML_H
#define CORE_SCREENING_XML_H

#include "store/err.h"
#include "store/mem.h"

enum { XML_DEPTH = 12, XML_TEXT = 16384, XML_ELEMENTS = 8000000 };
struct xml_handler {
	/* depth: of the element, 1 for the root. An error ends the reading. */
	enum code (*open)(void *ctx, int depth, const char *name, int line, struct err *err);
	/* Of the root, after it is open. */
	void (*attribute)(void *ctx, const char *name, const char *value);
	/* text: all that stands directly in it, "" where nothing does */
	enum code (*close)(void *ctx, int depth, const char *name, const char *text, int line, struct err *err);
};
/* E_INVALID with the file's name and the line, also before what a handler says. */
enum code xml_read(const char *name, const char *data, size_t n, const struct xml_handler *h, void *ctx, struct err *err);

#endif
