import type {
  BatchGetNamedQueryInput,
  BatchGetNamedQueryOutput,
  CreateNamedQueryInput,
  CreateNamedQueryOutput,
  DeleteNamedQueryInput,
  DeleteNamedQueryOutput,
  GetNamedQueryInput,
  GetNamedQueryOutput,
  ListNamedQueriesInput,
  ListNamedQueriesOutput,
  NamedQuery as DescribedQuery,
  UpdateNamedQueryInput,
  UpdateNamedQueryOutput,
} from "@aws-sdk/client-athena";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import type { NamedQuery } from "../named-queries";
import { AthenaPermissions, PRIMARY, type AthenaApiServices } from "./context";
import { answered, invalid, pageRequest } from "./refusals";

/** Saved queries: those of the program can be read, those that clients have made also changed. */
export function namedQueryOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const { workgroups } = services;
  const permissions = new AthenaPermissions(services);
  const known = (id: string | undefined): NamedQuery => {
    const query = workgroups.namedQueries.get(id ?? "");
    if (query === undefined) throw invalid(`NamedQuery ${id} was not found`, "NAMED_QUERY_NOT_FOUND");
    return query;
  };
  const changeable = (id: string | undefined): NamedQuery => {
    const query = known(id);
    if (query.declared)
      throw invalid(`The program of the stack declares the named query ${query.name} (${query.id}); change it there`);
    return query;
  };
  return {
    CreateNamedQuery: operation<CreateNamedQueryInput, CreateNamedQueryOutput>({
      takes: ["Name", "Description", "Database", "QueryString", "WorkGroup"],
      ignores: { ClientRequestToken: "clients send one with each call; a repeated call makes another query" },
      permissions: ({ WorkGroup }) => permissions.workgroup("CreateNamedQuery", WorkGroup),
      answer: ({ input: { Name, Description, Database, QueryString, WorkGroup = PRIMARY } }) => {
        const { name: workgroup } = answered(() => workgroups.named(WorkGroup));
        const id = workgroups.namedQueries.add({
          name: Name!,
          database: Database!,
          sql: QueryString!,
          workgroup,
          ...(Description !== undefined && { description: Description }),
        });
        return { NamedQueryId: id };
      },
    }),
    UpdateNamedQuery: operation<UpdateNamedQueryInput, UpdateNamedQueryOutput>({
      takes: ["NamedQueryId", "Name", "Description", "QueryString"],
      permissions: ({ NamedQueryId }) => permissions.namedQuery("UpdateNamedQuery", NamedQueryId),
      answer: ({ input: { NamedQueryId, Name, Description, QueryString } }) => {
        const { id, database, workgroup } = changeable(NamedQueryId);
        const description = Description !== undefined && { description: Description };
        workgroups.namedQueries.replace({
          id,
          database,
          workgroup,
          declared: false,
          name: Name!,
          sql: QueryString!,
          ...description,
        });
        return {};
      },
    }),
    DeleteNamedQuery: operation<DeleteNamedQueryInput, DeleteNamedQueryOutput>({
      takes: ["NamedQueryId"],
      permissions: ({ NamedQueryId }) => permissions.namedQuery("DeleteNamedQuery", NamedQueryId),
      answer: ({ input }) => {
        workgroups.namedQueries.delete(changeable(input.NamedQueryId).id);
        return {};
      },
    }),
    GetNamedQuery: operation<GetNamedQueryInput, GetNamedQueryOutput>({
      takes: ["NamedQueryId"],
      permissions: ({ NamedQueryId }) => permissions.namedQuery("GetNamedQuery", NamedQueryId),
      answer: ({ input }) => ({ NamedQuery: describe(known(input.NamedQueryId)) }),
    }),
    BatchGetNamedQuery: operation<BatchGetNamedQueryInput, BatchGetNamedQueryOutput>({
      takes: ["NamedQueryIds"],
      permissions: ({ NamedQueryIds = [] }) =>
        NamedQueryIds.flatMap((id) => permissions.namedQuery("BatchGetNamedQuery", id)),
      answer: ({ input: { NamedQueryIds = [] } }) => ({
        NamedQueries: NamedQueryIds.flatMap((id) => {
          const query = workgroups.namedQueries.get(id);
          return query === undefined ? [] : [describe(query)];
        }),
        UnprocessedNamedQueryIds: NamedQueryIds.filter((id) => workgroups.namedQueries.get(id) === undefined).map(
          (id) => ({
            NamedQueryId: id,
            ErrorCode: "NAMED_QUERY_NOT_FOUND",
            ErrorMessage: `NamedQuery ${id} was not found`,
          }),
        ),
      }),
    }),
    ListNamedQueries: operation<ListNamedQueriesInput, ListNamedQueriesOutput>({
      takes: ["WorkGroup", "MaxResults", "NextToken"],
      permissions: ({ WorkGroup }) => permissions.workgroup("ListNamedQueries", WorkGroup),
      answer: ({ input }) => {
        const request = pageRequest(input, { least: 0, most: 50 });
        const { name } = answered(() => workgroups.named(input.WorkGroup ?? PRIMARY));
        const { items, next } = pageOf(workgroups.namedQueries.of(name), ({ id }) => id, request);
        return { NamedQueryIds: items.map(({ id }) => id), ...(next !== undefined && { NextToken: next }) };
      },
    }),
  };
}

function describe({ id, name, database, sql, workgroup, description }: NamedQuery): DescribedQuery {
  return {
    Name: name,
    ...(description !== undefined && { Description: description }),
    Database: database,
    QueryString: sql,
    NamedQueryId: id,
    WorkGroup: workgroup,
  };
}
