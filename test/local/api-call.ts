import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { ApiError } from "../../local/api";
import type { ApiCall, Operation, Permission, ServiceApi } from "../../local/api";
import { LOCAL_ADMIN_ARN } from "../../local/core/principals";
import type { Iam } from "../../local/iam";

/** An operation's answer with the members that a test looks at. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of many operations
export type Answer = Record<string, any>;

/** Calls a row as the endpoint does: members that it does not take are refused, then its permissions are decided. */
export async function callRow(
  api: ServiceApi,
  iam: Iam,
  name: string,
  input: object = {},
  principal = LOCAL_ADMIN_ARN,
): Promise<Answer> {
  const row = api.operations[name] as unknown as Operation<object, Answer> | undefined;
  if (row === undefined) throw new Error(`${api.service} has no operation ${name}`);
  const known: readonly string[] = [...row.takes, ...Object.keys(row.ignores ?? {})];
  for (const member of Object.keys(input)) assert.ok(known.includes(member), `${name} does not take ${member}`);
  const authorize = (permission: Permission): void => {
    const decision = iam.check({ ...permission, principal });
    if (!decision.allowed)
      throw new ApiError(400, "AccessDeniedException", `${permission.action}: ${decision.decidedBy}`);
  };
  for (const permission of row.permissions(input)) authorize(permission);
  const call = {
    input,
    caller: { principal, arn: principal, userId: "AIDATEST" },
    requestId: randomUUID(),
    headers: {},
    body: Readable.from([]),
    authorize,
  } as unknown as ApiCall<object>;
  return (await row.answer(call)) ?? {};
}

/** The code of the error that a call ends with, and its message if it is asked for. */
export async function failure(call: Promise<unknown>): Promise<{ code: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, message: error.message, status: error.status };
  }
  throw new assert.AssertionError({ message: "the call succeeded" });
}
