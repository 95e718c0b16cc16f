// node_fields: the fields of the raw nodes that src/sql converts. Written by tools/sql/node_fields.py; do not edit.
#pragma once

// NODE(struct) FIELD(struct, field, kind, number of members of an enumeration, struct pointed to)
#define DDB_RAW_NODES(NODE, FIELD) \
  NODE(A_ArrayExpr) \
  FIELD(A_ArrayExpr, elements, kList, 0, Node) \
  FIELD(A_ArrayExpr, location, kInteger, 0, Node) \
  NODE(A_Const) \
  FIELD(A_Const, val, kValue, 0, Node) \
  FIELD(A_Const, isnull, kBool, 0, Node) \
  FIELD(A_Const, location, kInteger, 0, Node) \
  NODE(A_Expr) \
  FIELD(A_Expr, kind, kEnum, 14, Node) \
  FIELD(A_Expr, name, kList, 0, Node) \
  FIELD(A_Expr, lexpr, kNode, 0, Node) \
  FIELD(A_Expr, rexpr, kNode, 0, Node) \
  FIELD(A_Expr, location, kInteger, 0, Node) \
  NODE(A_Indices) \
  FIELD(A_Indices, is_slice, kBool, 0, Node) \
  FIELD(A_Indices, lidx, kNode, 0, Node) \
  FIELD(A_Indices, uidx, kNode, 0, Node) \
  NODE(A_Indirection) \
  FIELD(A_Indirection, arg, kNode, 0, Node) \
  FIELD(A_Indirection, indirection, kList, 0, Node) \
  NODE(Alias) \
  FIELD(Alias, aliasname, kText, 0, Node) \
  FIELD(Alias, colnames, kList, 0, Node) \
  NODE(AlterSeqStmt) \
  FIELD(AlterSeqStmt, sequence, kTyped, 0, RangeVar) \
  FIELD(AlterSeqStmt, options, kList, 0, Node) \
  FIELD(AlterSeqStmt, for_identity, kBool, 0, Node) \
  FIELD(AlterSeqStmt, missing_ok, kBool, 0, Node) \
  NODE(AlterTableCmd) \
  FIELD(AlterTableCmd, subtype, kEnum, 71, Node) \
  FIELD(AlterTableCmd, name, kText, 0, Node) \
  FIELD(AlterTableCmd, num, kInteger, 0, Node) \
  FIELD(AlterTableCmd, newowner, kTyped, 0, RoleSpec) \
  FIELD(AlterTableCmd, def, kNode, 0, Node) \
  FIELD(AlterTableCmd, behavior, kEnum, 2, Node) \
  FIELD(AlterTableCmd, missing_ok, kBool, 0, Node) \
  FIELD(AlterTableCmd, recurse, kBool, 0, Node) \
  NODE(AlterTableStmt) \
  FIELD(AlterTableStmt, relation, kTyped, 0, RangeVar) \
  FIELD(AlterTableStmt, cmds, kList, 0, Node) \
  FIELD(AlterTableStmt, objtype, kEnum, 52, Node) \
  FIELD(AlterTableStmt, missing_ok, kBool, 0, Node) \
  NODE(BoolExpr) \
  FIELD(BoolExpr, boolop, kEnum, 3, Node) \
  FIELD(BoolExpr, args, kList, 0, Node) \
  FIELD(BoolExpr, location, kInteger, 0, Node) \
  NODE(Boolean) \
  FIELD(Boolean, boolval, kBool, 0, Node) \
  NODE(BooleanTest) \
  FIELD(BooleanTest, arg, kNode, 0, Node) \
  FIELD(BooleanTest, booltesttype, kEnum, 6, Node) \
  FIELD(BooleanTest, location, kInteger, 0, Node) \
  NODE(CaseExpr) \
  FIELD(CaseExpr, casetype, kInteger, 0, Node) \
  FIELD(CaseExpr, casecollid, kInteger, 0, Node) \
  FIELD(CaseExpr, arg, kNode, 0, Node) \
  FIELD(CaseExpr, args, kList, 0, Node) \
  FIELD(CaseExpr, defresult, kNode, 0, Node) \
  FIELD(CaseExpr, location, kInteger, 0, Node) \
  NODE(CaseWhen) \
  FIELD(CaseWhen, expr, kNode, 0, Node) \
  FIELD(CaseWhen, result, kNode, 0, Node) \
  FIELD(CaseWhen, location, kInteger, 0, Node) \
  NODE(CoalesceExpr) \
  FIELD(CoalesceExpr, coalescetype, kInteger, 0, Node) \
  FIELD(CoalesceExpr, coalescecollid, kInteger, 0, Node) \
  FIELD(CoalesceExpr, args, kList, 0, Node) \
  FIELD(CoalesceExpr, location, kInteger, 0, Node) \
  NODE(CollateClause) \
  FIELD(CollateClause, arg, kNode, 0, Node) \
  FIELD(CollateClause, collname, kList, 0, Node) \
  FIELD(CollateClause, location, kInteger, 0, Node) \
  NODE(ColumnDef) \
  FIELD(ColumnDef, colname, kText, 0, Node) \
  FIELD(ColumnDef, typeName, kTyped, 0, TypeName) \
  FIELD(ColumnDef, compression, kText, 0, Node) \
  FIELD(ColumnDef, inhcount, kInteger, 0, Node) \
  FIELD(ColumnDef, is_local, kBool, 0, Node) \
  FIELD(ColumnDef, is_not_null, kBool, 0, Node) \
  FIELD(ColumnDef, is_from_type, kBool, 0, Node) \
  FIELD(ColumnDef, storage, kChar, 0, Node) \
  FIELD(ColumnDef, raw_default, kNode, 0, Node) \
  FIELD(ColumnDef, cooked_default, kNode, 0, Node) \
  FIELD(ColumnDef, identity, kChar, 0, Node) \
  FIELD(ColumnDef, identitySequence, kTyped, 0, RangeVar) \
  FIELD(ColumnDef, generated, kChar, 0, Node) \
  FIELD(ColumnDef, collClause, kTyped, 0, CollateClause) \
  FIELD(ColumnDef, collOid, kInteger, 0, Node) \
  FIELD(ColumnDef, constraints, kList, 0, Node) \
  FIELD(ColumnDef, fdwoptions, kList, 0, Node) \
  FIELD(ColumnDef, location, kInteger, 0, Node) \
  NODE(ColumnRef) \
  FIELD(ColumnRef, fields, kList, 0, Node) \
  FIELD(ColumnRef, location, kInteger, 0, Node) \
  NODE(CommonTableExpr) \
  FIELD(CommonTableExpr, ctename, kText, 0, Node) \
  FIELD(CommonTableExpr, aliascolnames, kList, 0, Node) \
  FIELD(CommonTableExpr, ctematerialized, kEnum, 3, Node) \
  FIELD(CommonTableExpr, ctequery, kNode, 0, Node) \
  FIELD(CommonTableExpr, search_clause, kTyped, 0, CTESearchClause) \
  FIELD(CommonTableExpr, cycle_clause, kTyped, 0, CTECycleClause) \
  FIELD(CommonTableExpr, location, kInteger, 0, Node) \
  FIELD(CommonTableExpr, cterecursive, kBool, 0, Node) \
  FIELD(CommonTableExpr, cterefcount, kInteger, 0, Node) \
  FIELD(CommonTableExpr, ctecolnames, kList, 0, Node) \
  FIELD(CommonTableExpr, ctecoltypes, kList, 0, Node) \
  FIELD(CommonTableExpr, ctecoltypmods, kList, 0, Node) \
  FIELD(CommonTableExpr, ctecolcollations, kList, 0, Node) \
  NODE(Constraint) \
  FIELD(Constraint, contype, kEnum, 14, Node) \
  FIELD(Constraint, conname, kText, 0, Node) \
  FIELD(Constraint, deferrable, kBool, 0, Node) \
  FIELD(Constraint, initdeferred, kBool, 0, Node) \
  FIELD(Constraint, location, kInteger, 0, Node) \
  FIELD(Constraint, is_no_inherit, kBool, 0, Node) \
  FIELD(Constraint, raw_expr, kNode, 0, Node) \
  FIELD(Constraint, cooked_expr, kText, 0, Node) \
  FIELD(Constraint, generated_when, kChar, 0, Node) \
  FIELD(Constraint, nulls_not_distinct, kBool, 0, Node) \
  FIELD(Constraint, keys, kList, 0, Node) \
  FIELD(Constraint, including, kList, 0, Node) \
  FIELD(Constraint, exclusions, kList, 0, Node) \
  FIELD(Constraint, options, kList, 0, Node) \
  FIELD(Constraint, indexname, kText, 0, Node) \
  FIELD(Constraint, indexspace, kText, 0, Node) \
  FIELD(Constraint, reset_default_tblspc, kBool, 0, Node) \
  FIELD(Constraint, access_method, kText, 0, Node) \
  FIELD(Constraint, where_clause, kNode, 0, Node) \
  FIELD(Constraint, pktable, kTyped, 0, RangeVar) \
  FIELD(Constraint, fk_attrs, kList, 0, Node) \
  FIELD(Constraint, pk_attrs, kList, 0, Node) \
  FIELD(Constraint, fk_matchtype, kChar, 0, Node) \
  FIELD(Constraint, fk_upd_action, kChar, 0, Node) \
  FIELD(Constraint, fk_del_action, kChar, 0, Node) \
  FIELD(Constraint, fk_del_set_cols, kList, 0, Node) \
  FIELD(Constraint, old_conpfeqop, kList, 0, Node) \
  FIELD(Constraint, old_pktable_oid, kInteger, 0, Node) \
  FIELD(Constraint, skip_validation, kBool, 0, Node) \
  FIELD(Constraint, initially_valid, kBool, 0, Node) \
  NODE(ConstraintsSetStmt) \
  FIELD(ConstraintsSetStmt, constraints, kList, 0, Node) \
  FIELD(ConstraintsSetStmt, deferred, kBool, 0, Node) \
  NODE(CopyStmt) \
  FIELD(CopyStmt, relation, kTyped, 0, RangeVar) \
  FIELD(CopyStmt, query, kNode, 0, Node) \
  FIELD(CopyStmt, attlist, kList, 0, Node) \
  FIELD(CopyStmt, is_from, kBool, 0, Node) \
  FIELD(CopyStmt, is_program, kBool, 0, Node) \
  FIELD(CopyStmt, filename, kText, 0, Node) \
  FIELD(CopyStmt, options, kList, 0, Node) \
  FIELD(CopyStmt, whereClause, kNode, 0, Node) \
  NODE(CreateSchemaStmt) \
  FIELD(CreateSchemaStmt, schemaname, kText, 0, Node) \
  FIELD(CreateSchemaStmt, authrole, kTyped, 0, RoleSpec) \
  FIELD(CreateSchemaStmt, schemaElts, kList, 0, Node) \
  FIELD(CreateSchemaStmt, if_not_exists, kBool, 0, Node) \
  NODE(CreateSeqStmt) \
  FIELD(CreateSeqStmt, sequence, kTyped, 0, RangeVar) \
  FIELD(CreateSeqStmt, options, kList, 0, Node) \
  FIELD(CreateSeqStmt, ownerId, kInteger, 0, Node) \
  FIELD(CreateSeqStmt, for_identity, kBool, 0, Node) \
  FIELD(CreateSeqStmt, if_not_exists, kBool, 0, Node) \
  NODE(CreateStmt) \
  FIELD(CreateStmt, relation, kTyped, 0, RangeVar) \
  FIELD(CreateStmt, tableElts, kList, 0, Node) \
  FIELD(CreateStmt, inhRelations, kList, 0, Node) \
  FIELD(CreateStmt, partbound, kTyped, 0, PartitionBoundSpec) \
  FIELD(CreateStmt, partspec, kTyped, 0, PartitionSpec) \
  FIELD(CreateStmt, ofTypename, kTyped, 0, TypeName) \
  FIELD(CreateStmt, constraints, kList, 0, Node) \
  FIELD(CreateStmt, options, kList, 0, Node) \
  FIELD(CreateStmt, oncommit, kEnum, 4, Node) \
  FIELD(CreateStmt, tablespacename, kText, 0, Node) \
  FIELD(CreateStmt, accessMethod, kText, 0, Node) \
  FIELD(CreateStmt, if_not_exists, kBool, 0, Node) \
  NODE(CreateTableAsStmt) \
  FIELD(CreateTableAsStmt, query, kNode, 0, Node) \
  FIELD(CreateTableAsStmt, into, kTyped, 0, IntoClause) \
  FIELD(CreateTableAsStmt, objtype, kEnum, 52, Node) \
  FIELD(CreateTableAsStmt, is_select_into, kBool, 0, Node) \
  FIELD(CreateTableAsStmt, if_not_exists, kBool, 0, Node) \
  NODE(DeallocateStmt) \
  FIELD(DeallocateStmt, name, kText, 0, Node) \
  NODE(DefElem) \
  FIELD(DefElem, defnamespace, kText, 0, Node) \
  FIELD(DefElem, defname, kText, 0, Node) \
  FIELD(DefElem, arg, kNode, 0, Node) \
  FIELD(DefElem, defaction, kEnum, 4, Node) \
  FIELD(DefElem, location, kInteger, 0, Node) \
  NODE(DeleteStmt) \
  FIELD(DeleteStmt, relation, kTyped, 0, RangeVar) \
  FIELD(DeleteStmt, usingClause, kList, 0, Node) \
  FIELD(DeleteStmt, whereClause, kNode, 0, Node) \
  FIELD(DeleteStmt, returningList, kList, 0, Node) \
  FIELD(DeleteStmt, withClause, kTyped, 0, WithClause) \
  NODE(DiscardStmt) \
  FIELD(DiscardStmt, target, kEnum, 4, Node) \
  NODE(DropStmt) \
  FIELD(DropStmt, objects, kList, 0, Node) \
  FIELD(DropStmt, removeType, kEnum, 52, Node) \
  FIELD(DropStmt, behavior, kEnum, 2, Node) \
  FIELD(DropStmt, missing_ok, kBool, 0, Node) \
  FIELD(DropStmt, concurrent, kBool, 0, Node) \
  NODE(ExecuteStmt) \
  FIELD(ExecuteStmt, name, kText, 0, Node) \
  FIELD(ExecuteStmt, params, kList, 0, Node) \
  NODE(ExplainStmt) \
  FIELD(ExplainStmt, query, kNode, 0, Node) \
  FIELD(ExplainStmt, options, kList, 0, Node) \
  NODE(Float) \
  FIELD(Float, fval, kText, 0, Node) \
  NODE(FuncCall) \
  FIELD(FuncCall, funcname, kList, 0, Node) \
  FIELD(FuncCall, args, kList, 0, Node) \
  FIELD(FuncCall, agg_order, kList, 0, Node) \
  FIELD(FuncCall, agg_filter, kNode, 0, Node) \
  FIELD(FuncCall, over, kTyped, 0, WindowDef) \
  FIELD(FuncCall, agg_within_group, kBool, 0, Node) \
  FIELD(FuncCall, agg_star, kBool, 0, Node) \
  FIELD(FuncCall, agg_distinct, kBool, 0, Node) \
  FIELD(FuncCall, func_variadic, kBool, 0, Node) \
  FIELD(FuncCall, funcformat, kEnum, 4, Node) \
  FIELD(FuncCall, location, kInteger, 0, Node) \
  NODE(GroupingFunc) \
  FIELD(GroupingFunc, args, kList, 0, Node) \
  FIELD(GroupingFunc, refs, kList, 0, Node) \
  FIELD(GroupingFunc, cols, kList, 0, Node) \
  FIELD(GroupingFunc, agglevelsup, kInteger, 0, Node) \
  FIELD(GroupingFunc, location, kInteger, 0, Node) \
  NODE(GroupingSet) \
  FIELD(GroupingSet, kind, kEnum, 5, Node) \
  FIELD(GroupingSet, content, kList, 0, Node) \
  FIELD(GroupingSet, location, kInteger, 0, Node) \
  NODE(IndexElem) \
  FIELD(IndexElem, name, kText, 0, Node) \
  FIELD(IndexElem, expr, kNode, 0, Node) \
  FIELD(IndexElem, indexcolname, kText, 0, Node) \
  FIELD(IndexElem, collation, kList, 0, Node) \
  FIELD(IndexElem, opclass, kList, 0, Node) \
  FIELD(IndexElem, opclassopts, kList, 0, Node) \
  FIELD(IndexElem, ordering, kEnum, 4, Node) \
  FIELD(IndexElem, nulls_ordering, kEnum, 3, Node) \
  NODE(IndexStmt) \
  FIELD(IndexStmt, idxname, kText, 0, Node) \
  FIELD(IndexStmt, relation, kTyped, 0, RangeVar) \
  FIELD(IndexStmt, accessMethod, kText, 0, Node) \
  FIELD(IndexStmt, tableSpace, kText, 0, Node) \
  FIELD(IndexStmt, indexParams, kList, 0, Node) \
  FIELD(IndexStmt, indexIncludingParams, kList, 0, Node) \
  FIELD(IndexStmt, options, kList, 0, Node) \
  FIELD(IndexStmt, whereClause, kNode, 0, Node) \
  FIELD(IndexStmt, excludeOpNames, kList, 0, Node) \
  FIELD(IndexStmt, idxcomment, kText, 0, Node) \
  FIELD(IndexStmt, indexOid, kInteger, 0, Node) \
  FIELD(IndexStmt, oldNode, kInteger, 0, Node) \
  FIELD(IndexStmt, oldCreateSubid, kInteger, 0, Node) \
  FIELD(IndexStmt, oldFirstRelfilenodeSubid, kInteger, 0, Node) \
  FIELD(IndexStmt, unique, kBool, 0, Node) \
  FIELD(IndexStmt, nulls_not_distinct, kBool, 0, Node) \
  FIELD(IndexStmt, primary, kBool, 0, Node) \
  FIELD(IndexStmt, isconstraint, kBool, 0, Node) \
  FIELD(IndexStmt, deferrable, kBool, 0, Node) \
  FIELD(IndexStmt, initdeferred, kBool, 0, Node) \
  FIELD(IndexStmt, transformed, kBool, 0, Node) \
  FIELD(IndexStmt, concurrent, kBool, 0, Node) \
  FIELD(IndexStmt, if_not_exists, kBool, 0, Node) \
  FIELD(IndexStmt, reset_default_tblspc, kBool, 0, Node) \
  NODE(InferClause) \
  FIELD(InferClause, indexElems, kList, 0, Node) \
  FIELD(InferClause, whereClause, kNode, 0, Node) \
  FIELD(InferClause, conname, kText, 0, Node) \
  FIELD(InferClause, location, kInteger, 0, Node) \
  NODE(InsertStmt) \
  FIELD(InsertStmt, relation, kTyped, 0, RangeVar) \
  FIELD(InsertStmt, cols, kList, 0, Node) \
  FIELD(InsertStmt, selectStmt, kNode, 0, Node) \
  FIELD(InsertStmt, onConflictClause, kTyped, 0, OnConflictClause) \
  FIELD(InsertStmt, returningList, kList, 0, Node) \
  FIELD(InsertStmt, withClause, kTyped, 0, WithClause) \
  FIELD(InsertStmt, override, kEnum, 3, Node) \
  NODE(Integer) \
  FIELD(Integer, ival, kInteger, 0, Node) \
  NODE(IntoClause) \
  FIELD(IntoClause, rel, kTyped, 0, RangeVar) \
  FIELD(IntoClause, colNames, kList, 0, Node) \
  FIELD(IntoClause, accessMethod, kText, 0, Node) \
  FIELD(IntoClause, options, kList, 0, Node) \
  FIELD(IntoClause, onCommit, kEnum, 4, Node) \
  FIELD(IntoClause, tableSpaceName, kText, 0, Node) \
  FIELD(IntoClause, viewQuery, kNode, 0, Node) \
  FIELD(IntoClause, skipData, kBool, 0, Node) \
  NODE(JoinExpr) \
  FIELD(JoinExpr, jointype, kEnum, 8, Node) \
  FIELD(JoinExpr, isNatural, kBool, 0, Node) \
  FIELD(JoinExpr, larg, kNode, 0, Node) \
  FIELD(JoinExpr, rarg, kNode, 0, Node) \
  FIELD(JoinExpr, usingClause, kList, 0, Node) \
  FIELD(JoinExpr, join_using_alias, kTyped, 0, Alias) \
  FIELD(JoinExpr, quals, kNode, 0, Node) \
  FIELD(JoinExpr, alias, kTyped, 0, Alias) \
  FIELD(JoinExpr, rtindex, kInteger, 0, Node) \
  NODE(LockStmt) \
  FIELD(LockStmt, relations, kList, 0, Node) \
  FIELD(LockStmt, mode, kInteger, 0, Node) \
  FIELD(LockStmt, nowait, kBool, 0, Node) \
  NODE(LockingClause) \
  FIELD(LockingClause, lockedRels, kList, 0, Node) \
  FIELD(LockingClause, strength, kEnum, 5, Node) \
  FIELD(LockingClause, waitPolicy, kEnum, 3, Node) \
  NODE(MinMaxExpr) \
  FIELD(MinMaxExpr, minmaxtype, kInteger, 0, Node) \
  FIELD(MinMaxExpr, minmaxcollid, kInteger, 0, Node) \
  FIELD(MinMaxExpr, inputcollid, kInteger, 0, Node) \
  FIELD(MinMaxExpr, op, kEnum, 2, Node) \
  FIELD(MinMaxExpr, args, kList, 0, Node) \
  FIELD(MinMaxExpr, location, kInteger, 0, Node) \
  NODE(MultiAssignRef) \
  FIELD(MultiAssignRef, source, kNode, 0, Node) \
  FIELD(MultiAssignRef, colno, kInteger, 0, Node) \
  FIELD(MultiAssignRef, ncolumns, kInteger, 0, Node) \
  NODE(NamedArgExpr) \
  FIELD(NamedArgExpr, arg, kNode, 0, Node) \
  FIELD(NamedArgExpr, name, kText, 0, Node) \
  FIELD(NamedArgExpr, argnumber, kInteger, 0, Node) \
  FIELD(NamedArgExpr, location, kInteger, 0, Node) \
  NODE(NullTest) \
  FIELD(NullTest, arg, kNode, 0, Node) \
  FIELD(NullTest, nulltesttype, kEnum, 2, Node) \
  FIELD(NullTest, argisrow, kBool, 0, Node) \
  FIELD(NullTest, location, kInteger, 0, Node) \
  NODE(OnConflictClause) \
  FIELD(OnConflictClause, action, kEnum, 3, Node) \
  FIELD(OnConflictClause, infer, kTyped, 0, InferClause) \
  FIELD(OnConflictClause, targetList, kList, 0, Node) \
  FIELD(OnConflictClause, whereClause, kNode, 0, Node) \
  FIELD(OnConflictClause, location, kInteger, 0, Node) \
  NODE(ParamRef) \
  FIELD(ParamRef, number, kInteger, 0, Node) \
  FIELD(ParamRef, location, kInteger, 0, Node) \
  NODE(PrepareStmt) \
  FIELD(PrepareStmt, name, kText, 0, Node) \
  FIELD(PrepareStmt, argtypes, kList, 0, Node) \
  FIELD(PrepareStmt, query, kNode, 0, Node) \
  NODE(RangeFunction) \
  FIELD(RangeFunction, lateral, kBool, 0, Node) \
  FIELD(RangeFunction, ordinality, kBool, 0, Node) \
  FIELD(RangeFunction, is_rowsfrom, kBool, 0, Node) \
  FIELD(RangeFunction, functions, kList, 0, Node) \
  FIELD(RangeFunction, alias, kTyped, 0, Alias) \
  FIELD(RangeFunction, coldeflist, kList, 0, Node) \
  NODE(RangeSubselect) \
  FIELD(RangeSubselect, lateral, kBool, 0, Node) \
  FIELD(RangeSubselect, subquery, kNode, 0, Node) \
  FIELD(RangeSubselect, alias, kTyped, 0, Alias) \
  NODE(RangeVar) \
  FIELD(RangeVar, catalogname, kText, 0, Node) \
  FIELD(RangeVar, schemaname, kText, 0, Node) \
  FIELD(RangeVar, relname, kText, 0, Node) \
  FIELD(RangeVar, inh, kBool, 0, Node) \
  FIELD(RangeVar, relpersistence, kChar, 0, Node) \
  FIELD(RangeVar, alias, kTyped, 0, Alias) \
  FIELD(RangeVar, location, kInteger, 0, Node) \
  NODE(RenameStmt) \
  FIELD(RenameStmt, renameType, kEnum, 52, Node) \
  FIELD(RenameStmt, relationType, kEnum, 52, Node) \
  FIELD(RenameStmt, relation, kTyped, 0, RangeVar) \
  FIELD(RenameStmt, object, kNode, 0, Node) \
  FIELD(RenameStmt, subname, kText, 0, Node) \
  FIELD(RenameStmt, newname, kText, 0, Node) \
  FIELD(RenameStmt, behavior, kEnum, 2, Node) \
  FIELD(RenameStmt, missing_ok, kBool, 0, Node) \
  NODE(ResTarget) \
  FIELD(ResTarget, name, kText, 0, Node) \
  FIELD(ResTarget, indirection, kList, 0, Node) \
  FIELD(ResTarget, val, kNode, 0, Node) \
  FIELD(ResTarget, location, kInteger, 0, Node) \
  NODE(RowExpr) \
  FIELD(RowExpr, args, kList, 0, Node) \
  FIELD(RowExpr, row_typeid, kInteger, 0, Node) \
  FIELD(RowExpr, row_format, kEnum, 4, Node) \
  FIELD(RowExpr, colnames, kList, 0, Node) \
  FIELD(RowExpr, location, kInteger, 0, Node) \
  NODE(SQLValueFunction) \
  FIELD(SQLValueFunction, op, kEnum, 15, Node) \
  FIELD(SQLValueFunction, type, kInteger, 0, Node) \
  FIELD(SQLValueFunction, typmod, kInteger, 0, Node) \
  FIELD(SQLValueFunction, location, kInteger, 0, Node) \
  NODE(SelectStmt) \
  FIELD(SelectStmt, distinctClause, kList, 0, Node) \
  FIELD(SelectStmt, intoClause, kTyped, 0, IntoClause) \
  FIELD(SelectStmt, targetList, kList, 0, Node) \
  FIELD(SelectStmt, fromClause, kList, 0, Node) \
  FIELD(SelectStmt, whereClause, kNode, 0, Node) \
  FIELD(SelectStmt, groupClause, kList, 0, Node) \
  FIELD(SelectStmt, groupDistinct, kBool, 0, Node) \
  FIELD(SelectStmt, havingClause, kNode, 0, Node) \
  FIELD(SelectStmt, windowClause, kList, 0, Node) \
  FIELD(SelectStmt, valuesLists, kList, 0, Node) \
  FIELD(SelectStmt, sortClause, kList, 0, Node) \
  FIELD(SelectStmt, limitOffset, kNode, 0, Node) \
  FIELD(SelectStmt, limitCount, kNode, 0, Node) \
  FIELD(SelectStmt, limitOption, kEnum, 3, Node) \
  FIELD(SelectStmt, lockingClause, kList, 0, Node) \
  FIELD(SelectStmt, withClause, kTyped, 0, WithClause) \
  FIELD(SelectStmt, op, kEnum, 4, Node) \
  FIELD(SelectStmt, all, kBool, 0, Node) \
  FIELD(SelectStmt, larg, kTyped, 0, SelectStmt) \
  FIELD(SelectStmt, rarg, kTyped, 0, SelectStmt) \
  NODE(SetToDefault) \
  FIELD(SetToDefault, typeId, kInteger, 0, Node) \
  FIELD(SetToDefault, typeMod, kInteger, 0, Node) \
  FIELD(SetToDefault, collation, kInteger, 0, Node) \
  FIELD(SetToDefault, location, kInteger, 0, Node) \
  NODE(SortBy) \
  FIELD(SortBy, node, kNode, 0, Node) \
  FIELD(SortBy, sortby_dir, kEnum, 4, Node) \
  FIELD(SortBy, sortby_nulls, kEnum, 3, Node) \
  FIELD(SortBy, useOp, kList, 0, Node) \
  FIELD(SortBy, location, kInteger, 0, Node) \
  NODE(String) \
  FIELD(String, sval, kText, 0, Node) \
  NODE(SubLink) \
  FIELD(SubLink, subLinkType, kEnum, 8, Node) \
  FIELD(SubLink, subLinkId, kInteger, 0, Node) \
  FIELD(SubLink, testexpr, kNode, 0, Node) \
  FIELD(SubLink, operName, kList, 0, Node) \
  FIELD(SubLink, subselect, kNode, 0, Node) \
  FIELD(SubLink, location, kInteger, 0, Node) \
  NODE(TransactionStmt) \
  FIELD(TransactionStmt, kind, kEnum, 10, Node) \
  FIELD(TransactionStmt, options, kList, 0, Node) \
  FIELD(TransactionStmt, savepoint_name, kText, 0, Node) \
  FIELD(TransactionStmt, gid, kText, 0, Node) \
  FIELD(TransactionStmt, chain, kBool, 0, Node) \
  NODE(TruncateStmt) \
  FIELD(TruncateStmt, relations, kList, 0, Node) \
  FIELD(TruncateStmt, restart_seqs, kBool, 0, Node) \
  FIELD(TruncateStmt, behavior, kEnum, 2, Node) \
  NODE(TypeCast) \
  FIELD(TypeCast, arg, kNode, 0, Node) \
  FIELD(TypeCast, typeName, kTyped, 0, TypeName) \
  FIELD(TypeCast, location, kInteger, 0, Node) \
  NODE(TypeName) \
  FIELD(TypeName, names, kList, 0, Node) \
  FIELD(TypeName, typeOid, kInteger, 0, Node) \
  FIELD(TypeName, setof, kBool, 0, Node) \
  FIELD(TypeName, pct_type, kBool, 0, Node) \
  FIELD(TypeName, typmods, kList, 0, Node) \
  FIELD(TypeName, typemod, kInteger, 0, Node) \
  FIELD(TypeName, arrayBounds, kList, 0, Node) \
  FIELD(TypeName, location, kInteger, 0, Node) \
  NODE(UpdateStmt) \
  FIELD(UpdateStmt, relation, kTyped, 0, RangeVar) \
  FIELD(UpdateStmt, targetList, kList, 0, Node) \
  FIELD(UpdateStmt, whereClause, kNode, 0, Node) \
  FIELD(UpdateStmt, fromClause, kList, 0, Node) \
  FIELD(UpdateStmt, returningList, kList, 0, Node) \
  FIELD(UpdateStmt, withClause, kTyped, 0, WithClause) \
  NODE(VacuumRelation) \
  FIELD(VacuumRelation, relation, kTyped, 0, RangeVar) \
  FIELD(VacuumRelation, oid, kInteger, 0, Node) \
  FIELD(VacuumRelation, va_cols, kList, 0, Node) \
  NODE(VacuumStmt) \
  FIELD(VacuumStmt, options, kList, 0, Node) \
  FIELD(VacuumStmt, rels, kList, 0, Node) \
  FIELD(VacuumStmt, is_vacuumcmd, kBool, 0, Node) \
  NODE(VariableSetStmt) \
  FIELD(VariableSetStmt, kind, kEnum, 6, Node) \
  FIELD(VariableSetStmt, name, kText, 0, Node) \
  FIELD(VariableSetStmt, args, kList, 0, Node) \
  FIELD(VariableSetStmt, is_local, kBool, 0, Node) \
  NODE(VariableShowStmt) \
  FIELD(VariableShowStmt, name, kText, 0, Node) \
  NODE(ViewStmt) \
  FIELD(ViewStmt, view, kTyped, 0, RangeVar) \
  FIELD(ViewStmt, aliases, kList, 0, Node) \
  FIELD(ViewStmt, query, kNode, 0, Node) \
  FIELD(ViewStmt, replace, kBool, 0, Node) \
  FIELD(ViewStmt, options, kList, 0, Node) \
  FIELD(ViewStmt, withCheckOption, kEnum, 3, Node) \
  NODE(WindowDef) \
  FIELD(WindowDef, name, kText, 0, Node) \
  FIELD(WindowDef, refname, kText, 0, Node) \
  FIELD(WindowDef, partitionClause, kList, 0, Node) \
  FIELD(WindowDef, orderClause, kList, 0, Node) \
  FIELD(WindowDef, frameOptions, kInteger, 0, Node) \
  FIELD(WindowDef, startOffset, kNode, 0, Node) \
  FIELD(WindowDef, endOffset, kNode, 0, Node) \
  FIELD(WindowDef, location, kInteger, 0, Node) \
  NODE(WithClause) \
  FIELD(WithClause, ctes, kList, 0, Node) \
  FIELD(WithClause, recursive, kBool, 0, Node) \
  FIELD(WithClause, location, kInteger, 0, Node)
