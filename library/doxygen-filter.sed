# Comments of our headers as doxygen wants them: the essay is the file's, others stand before what they describe, or
# behind a member.
1{/SPDX/d}
2s,^/\*$,/** @file,
s,^\([[:space:]]*\)/\* ,\1/** ,
s,^\([[:space:]]*\)/\*$,\1/**,
s#\([;,]\)\([[:space:]]*\)/\* #\1\2/**< #
s,^\(\t[A-Z0-9_]*\)\([[:space:]]*\)/\* ,\1\2/**< ,
# \\SERVER\SHARE is no command.
/^[[:space:]]*\*\|\/\*/s,\\,\\\\,g
