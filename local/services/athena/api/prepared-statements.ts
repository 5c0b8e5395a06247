import type {
  BatchGetPreparedStatementInput,
  BatchGetPreparedStatementOutput,
  CreatePreparedStatementInput,
  CreatePreparedStatementOutput,
  DeletePreparedStatementInput,
  DeletePreparedStatementOutput,
  GetPreparedStatementInput,
  GetPreparedStatementOutput,
  ListPreparedStatementsInput,
  ListPreparedStatementsOutput,
  PreparedStatement as DescribedStatement,
  UpdatePreparedStatementInput,
  UpdatePreparedStatementOutput,
} from "@aws-sdk/client-athena";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import type { PreparedStatement } from "../prepared-statements";
import { AthenaPermissions, type AthenaApiServices } from "./context";
import { answered, invalid, notFound, pageRequest } from "./refusals";

/** Prepared statements of workgroups, the same that PREPARE makes and EXECUTE runs. */
export function preparedStatementOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const { workgroups } = services;
  const permissions = new AthenaPermissions(services);
  const workgroupOf = (name: string | undefined): string => answered(() => workgroups.named(name!)).name;
  const known = (workgroup: string, name: string | undefined): PreparedStatement => {
    const statement = workgroups.prepared.get(workgroup, name!);
    if (statement === undefined)
      throw notFound(`PreparedStatement ${name} was not found in workGroup ${workgroup}`, name!);
    return statement;
  };
  return {
    CreatePreparedStatement: operation<CreatePreparedStatementInput, CreatePreparedStatementOutput>({
      takes: ["StatementName", "WorkGroup", "QueryStatement", "Description"],
      permissions: ({ WorkGroup }) => permissions.workgroup("CreatePreparedStatement", WorkGroup),
      answer: ({ input: { StatementName: name, WorkGroup, QueryStatement: sql, Description } }) => {
        const workgroup = workgroupOf(WorkGroup);
        if (workgroups.prepared.get(workgroup, name!) !== undefined)
          throw invalid(`PreparedStatement ${name} already exists in workGroup ${workgroup}`);
        workgroups.prepared.set({
          name: name!,
          workgroup,
          sql: sql!,
          ...(Description !== undefined && { description: Description }),
        });
        return {};
      },
    }),
    UpdatePreparedStatement: operation<UpdatePreparedStatementInput, UpdatePreparedStatementOutput>({
      takes: ["StatementName", "WorkGroup", "QueryStatement", "Description"],
      permissions: ({ WorkGroup }) => permissions.workgroup("UpdatePreparedStatement", WorkGroup),
      answer: ({ input: { StatementName, WorkGroup, QueryStatement: sql, Description } }) => {
        const workgroup = workgroupOf(WorkGroup);
        const { name } = known(workgroup, StatementName);
        workgroups.prepared.set({
          name,
          workgroup,
          sql: sql!,
          ...(Description !== undefined && { description: Description }),
        });
        return {};
      },
    }),
    DeletePreparedStatement: operation<DeletePreparedStatementInput, DeletePreparedStatementOutput>({
      takes: ["StatementName", "WorkGroup"],
      permissions: ({ WorkGroup }) => permissions.workgroup("DeletePreparedStatement", WorkGroup),
      answer: ({ input: { StatementName, WorkGroup } }) => {
        const workgroup = workgroupOf(WorkGroup);
        workgroups.prepared.delete(workgroup, known(workgroup, StatementName).name);
        return {};
      },
    }),
    GetPreparedStatement: operation<GetPreparedStatementInput, GetPreparedStatementOutput>({
      takes: ["StatementName", "WorkGroup"],
      permissions: ({ WorkGroup }) => permissions.workgroup("GetPreparedStatement", WorkGroup),
      answer: ({ input: { StatementName, WorkGroup } }) => ({
        PreparedStatement: describe(known(workgroupOf(WorkGroup), StatementName)),
      }),
    }),
    BatchGetPreparedStatement: operation<BatchGetPreparedStatementInput, BatchGetPreparedStatementOutput>({
      takes: ["PreparedStatementNames", "WorkGroup"],
      permissions: ({ WorkGroup }) => permissions.workgroup("BatchGetPreparedStatement", WorkGroup),
      answer: ({ input: { PreparedStatementNames: names = [], WorkGroup } }) => {
        const workgroup = workgroupOf(WorkGroup);
        const found = names.map((name) => ({ name, statement: workgroups.prepared.get(workgroup, name) }));
        return {
          PreparedStatements: found.flatMap(({ statement }) => (statement === undefined ? [] : [describe(statement)])),
          UnprocessedPreparedStatementNames: found
            .filter(({ statement }) => statement === undefined)
            .map(({ name }) => ({
              StatementName: name,
              ErrorCode: "STATEMENT_NOT_FOUND",
              ErrorMessage: `PreparedStatement ${name} was not found in workGroup ${workgroup}`,
            })),
        };
      },
    }),
    ListPreparedStatements: operation<ListPreparedStatementsInput, ListPreparedStatementsOutput>({
      takes: ["WorkGroup", "MaxResults", "NextToken"],
      permissions: ({ WorkGroup }) => permissions.workgroup("ListPreparedStatements", WorkGroup),
      answer: ({ input }) => {
        const request = pageRequest(input, { most: 50 });
        const { items, next } = pageOf(
          workgroups.prepared.of(workgroupOf(input.WorkGroup)),
          ({ name }) => name,
          request,
        );
        return {
          PreparedStatements: items.map(({ name, modified }) => ({
            StatementName: name,
            LastModifiedTime: new Date(modified),
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    }),
  };
}

function describe({ name, sql, workgroup, description, modified }: PreparedStatement): DescribedStatement {
  return {
    StatementName: name,
    QueryStatement: sql,
    WorkGroupName: workgroup,
    ...(description !== undefined && { Description: description }),
    LastModifiedTime: new Date(modified),
  };
}
