#include "core/screening/xml.h"

#include <libxml/xmlreader.h>
#include <limits.h>
#include <string.h>

#include "core/values/text.h"

struct reading {
	const char *name;
	xmlTextReaderPtr reader;
	const struct xml_handler *h;
	void *ctx;
	struct buf text[XML_DEPTH + 1];
	int line;                 /* of a complaint of the parser */
	char complaint[200];
	long elements;
};

/* The first complaint is the one that explains the others. */
static void note_complaint(void *ctx, xmlErrorPtr e)
{
	struct reading *r = ctx;
	size_t n;

	if (*r->complaint || !e || !e->message)
		return;
	r->line = e->line;
	n = strcspn(e->message, "\n");
	n = n < sizeof r->complaint ? n : sizeof r->complaint - 1;
	memcpy(r->complaint, e->message, n);
	r->complaint[n] = '\0';
}

static int line_of(const struct reading *r)
{
	return xmlTextReaderGetParserLineNumber(r->reader);
}

static void read_attributes(struct reading *r)
{
	while (xmlTextReaderMoveToNextAttribute(r->reader) == 1) {
		const char *value = (const char *)xmlTextReaderConstValue(r->reader);

		r->h->attribute(r->ctx, (const char *)xmlTextReaderConstLocalName(r->reader), value ? value : "");
	}
	xmlTextReaderMoveToElement(r->reader);
}

static enum code open_element(struct reading *r, int depth, struct err *err)
{
	enum code code;

	if (depth > XML_DEPTH)
		return fail(err, E_INVALID, N_("elements are nested deeper than %d"), XML_DEPTH);
	if (++r->elements > XML_ELEMENTS)
		return fail(err, E_INVALID, N_("there are more than %d elements"), XML_ELEMENTS);
	buf_clear(&r->text[depth]);
	code = r->h->open(r->ctx, depth, (const char *)xmlTextReaderConstLocalName(r->reader), line_of(r), err);
	if (!code && depth == 1)
		read_attributes(r);
	return code;
}

static enum code close_element(struct reading *r, int depth, struct err *err)
{
	return r->h->close(r->ctx, depth, (const char *)xmlTextReaderConstLocalName(r->reader), r->text[depth].data, line_of(r), err);
}

/* depth of a text's node is one more than that of its element. */
static enum code add_text(struct reading *r, int depth, struct err *err)
{
	const char *text = (const char *)xmlTextReaderConstValue(r->reader);
	size_t n = text ? strlen(text) : 0;

	if (r->text[depth - 1].len + n > XML_TEXT)
		return fail(err, E_INVALID, N_("a text is longer than %d bytes"), XML_TEXT);
	if (n)
		buf_add(&r->text[depth - 1], text, n);
	return E_OK;
}

static enum code take_node(struct reading *r, struct err *err)
{
	int depth = xmlTextReaderDepth(r->reader) + 1;
	enum code code;

	switch (xmlTextReaderNodeType(r->reader)) {
	case XML_READER_TYPE_ELEMENT:
		code = open_element(r, depth, err);
		return code || !xmlTextReaderIsEmptyElement(r->reader) ? code : close_element(r, depth, err);
	case XML_READER_TYPE_END_ELEMENT:
		return close_element(r, depth, err);
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		return depth > 1 ? add_text(r, depth, err) : E_OK;
	case XML_READER_TYPE_ENTITY_REFERENCE:
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return fail(err, E_INVALID, N_("a document type or an entity stands there, which lists do not have"));
	default:
		return E_OK;
	}
}

static enum code read_nodes(struct reading *r, struct err *err)
{
	int more = 1;
	enum code code = E_OK;

	while (!code && (more = xmlTextReaderRead(r->reader)) == 1)
		code = take_node(r, err);
	if (code)
		return fail_in(err, N_("%s: line %d"), r->name, line_of(r));
	if (more < 0 || *r->complaint)
		return fail(err, E_INVALID, N_("%s: line %d: this is not well-formed XML: %s"), r->name, r->line, r->complaint);
	return E_OK;
}

/* The parser never gets to see a document type: what it would make of one is not for us to trust. */
static enum code check_bytes(const char *name, const char *data, size_t n, struct err *err)
{
	if (n > INT_MAX)
		return fail(err, E_INVALID, N_("%s is too large"), name);
	if (!text_valid(data, n))
		return fail(err, E_INVALID, N_("%s is not UTF-8"), name);
	if (memmem(data, n, "<!DOCTYPE", 9) || memmem(data, n, "<!ENTITY", 8))
		return fail(err, E_INVALID, N_("%s has a document type or an entity, which lists do not have; it is not read"), name);
	return E_OK;
}

enum code xml_read(const char *name, const char *data, size_t n, const struct xml_handler *h, void *ctx, struct err *err)
{
	struct reading r = { .name = name, .h = h, .ctx = ctx };
	enum code code = check_bytes(name, data, n, err);

	if (code)
		return code;
	for (size_t i = 0; i < COUNT(r.text); i++)
		buf_init(&r.text[i]);
	r.reader = xmlReaderForMemory(data, (int)n, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (r.reader) {
		xmlTextReaderSetStructuredErrorHandler(r.reader, note_complaint, &r);
		code = read_nodes(&r, err);
	} else {
		code = fail(err, E_INVALID, N_("%s cannot be read as XML"), name);
	}
	xmlFreeTextReader(r.reader);
	for (size_t i = 0; i < COUNT(r.text); i++)
		buf_release(&r.text[i]);
	return code;
}
