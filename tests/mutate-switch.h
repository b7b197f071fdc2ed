/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands ahead of every source that ./dev mutate writes: each place where something is checked,
 * bounded or compared asks whether its own mutation is on, and notes that it was come by and whether
 * the mutation would have given something else there. A test in which it never would cannot notice it.
 */
#pragma once

enum { MUTANTS_MOST = 65536, MUTANT_CAME_BY = 1, MUTANT_DIFFERED = 2 };

extern int mutant_chosen;
extern unsigned char *mutant_notes; /* MUTANTS_MOST */

#define MUTANT(n) (mutant_chosen == (n))
#define MUTANT_NOTE(n, differs) \
	(mutant_notes[n] |= (differs) ? MUTANT_CAME_BY | MUTANT_DIFFERED : MUTANT_CAME_BY)
