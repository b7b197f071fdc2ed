/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all pages of HTML are made of: head and foot, escaped text, sections and tables.
 *
 *     audit.c ──> findings.c accounts.c hosts.c charts.c ──┐
 *        └──────> ladders.c ──> ladder.c ──────────────────┼──> page.c
 *     figures.c ──> charts.c ──────────────────────────────┘
 *
 * A page is one file that fetches nothing: its style and its script are in it, and its
 * Content-Security-Policy names them by their digests and forbids everything else. The script only
 * sorts and filters what is there.
 *
 * Whatever comes from the wire is written as for a terminal first (control and bidirectional
 * characters as \x1b, \u{202e}) and then escaped, in the same way for text and for attributes, which
 * are always in double quotes:
 *
 *     size_t from = b->len;
 *     out_heading(b, info, &clock, false);
 *     html_escape_from(b, from);
 *
 * No name from the wire is ever part of an id, a class, a style or a script.
 */
#pragma once

#include "audit/audit.h"
#include "output/base/sink.h"
#include "output/base/time.h"

/* The style and the script, from page.css and page.js. */
extern const char out_html_style[];
extern const char out_html_script[];

typedef struct {
	OutWriter *writer; /* borrowed, as the options are */
	OutBuffer *b;      /* its */
	const OutOptions *options;
	OutClock clock;
} Page;

/* Escapes what was written since `from`: & < > " '. */
void html_escape_from(OutBuffer *b, size_t from);
/* A text of the wire, and one in UTF-8 that may come from it, as text or within a quoted attribute. */
void html_text(OutBuffer *b, SmbText text);
void html_str(OutBuffer *b, const char *s);
/* The last part of the name of a capture; nothing for NULL (live). */
void html_capture(OutBuffer *b, const char *capture);

/* Everything up to the first section; `title` is ours. */
Page page_begin(OutWriter *writer, const OutOptions *options, const char *title);
/* The totals of the run, and the foot. */
void page_end(Page *self, const OutTotals *totals);

/* A section with its title, both ours. */
void page_section(Page *self, const char *id, const char *title);
void page_section_end(Page *self);
/* A paragraph that is ours. */
void page_note(Page *self, const char *text);

/* One of the numbers in a list of the class "numbers"; words and class are ours. */
void page_number(Page *self, uint64_t n, const char *one, const char *many, const char *class);

/* ---- Tables ---- */

/*
 * A table that the script makes sortable and filterable. `columns` are titles, ended by NULL; one
 * that begins with '#' has numbers. Rows are written by page_row, cells and page_row_end.
 */
void page_table(Page *self, const char *const *columns);
void page_table_end(Page *self);
/* A table that has more rows than are shown: "and 12 more: --json has all". */
void page_more(Page *self, uint64_t left_out);

void page_row(Page *self);
void page_row_end(Page *self);
/* A cell; what stands in it is written, escaped, between the two. */
void page_cell(Page *self);
void page_cell_end(Page *self);
void page_cell_str(Page *self, const char *s); /* NULL: "-" */
void page_cell_u64(Page *self, uint64_t v);
/* A bar as long as n of `most`, which sorts by n. */
void page_cell_bar(Page *self, uint64_t n, uint64_t most);
void page_cell_time(Page *self, uint64_t ns); /* 0: "-" */
void page_cell_address(Page *self, const AuditAddress *address);
/* Keys, and their counts if asked for; "-" for none. */
void page_cell_tally(Page *self, const AuditTally *tally, bool counts);
/* A severity, which sorts by its rank; -1: none, then `word`, or "-" for NULL. */
void page_cell_severity(Page *self, int severity, const char *word);
