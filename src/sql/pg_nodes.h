// pg_nodes: the structs of PostgreSQL's parse trees. The only place that includes the server's headers; only the conversion (src/sql/convert*,
// converter.h, raw_error.cpp) and the test of its coverage may include it, last of all, since it defines macros without end. tools/check holds that.
//
// The headers are of a later 15.x than the library's nodes: a field that was appended since lies outside what the library allocates
// (CreateStatsStmt.owner), so the generated table tests/sql/node_fields.gen.h marks those the library knows. Globals that the headers declare
// (CurrentMemoryContext, PG_exception_stack and so on) are thread-local in the library: never use them, or a macro or inline function that does
// (palloc, makeNode, ereport, PG_TRY), from here. raw_parse.cpp declares those it needs as they are.
#pragma once

// A type of theirs that would be shadowed by every parameter of that name.
#define text pg_text
extern "C" {
#include <postgres.h>
// postgres.h first: the others lean on it.
#include <nodes/parsenodes.h>
#include <nodes/pg_list.h>
#include <utils/timestamp.h>
}
#undef text

// What port.h redirects to functions of PostgreSQL's own.
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef strerror_r
#undef gettext
#undef dgettext
#undef ngettext
#undef dngettext
#undef _
// Names that are words of ours or of the standard library.
#undef Min
#undef Max
#undef Abs
#undef Assert
#undef likely
#undef unlikely
#undef lengthof
#undef foreach
#undef palloc
#undef bind
#undef connect
#undef send
#undef recv
#undef select
#undef socket
#undef accept
#undef listen
