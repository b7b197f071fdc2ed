/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

typedef enum { CLI_VERB_TIMELINE, CLI_VERB_MESSAGES, CLI_VERB_AUDIT } CliVerb;
