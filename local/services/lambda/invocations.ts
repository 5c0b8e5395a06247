import { createHash } from "node:crypto";
import * as path from "node:path";
import { readDataFile, replaceFile } from "../../core/data-file";
import { ofType, TYPES, type Resource } from "../../core/model";
import type { LambdaFunction } from "./function";

/** A function that a deployment invokes has failed. */
export class InvocationFailed extends Error {}

/**
 * Makes an invocation that the program declares.
 * @throws InvocationFailed
 */
export async function invokeDeclared(
  { inputs }: Resource,
  functions: ReadonlyMap<string, LambdaFunction>,
): Promise<void> {
  const called = functions.get(inputs.functionName)!;
  const invocation = await called.call(`${called.arn}:$LATEST`, inputs.input);
  if (invocation.ok) return;
  const { errorType, errorMessage } = invocation;
  throw new InvocationFailed(
    `the function ${called.name}, which the deployment invokes with ${inputs.input}, has failed: ${errorType}: ${errorMessage}`,
  );
}

/**
 * Makes the invocations of a program that have not been made before with the same arguments.
 * @param folder of the functions; it remembers them, as the state of a stack does
 * @throws InvocationFailed
 */
export async function invokeAll(
  resources: readonly Resource[],
  functions: ReadonlyMap<string, LambdaFunction>,
  folder: string,
): Promise<void> {
  const declared = ofType(resources, TYPES.invocation);
  const file = path.join(folder, "invocations.json");
  const made = new Set(readDataFile(file, isTexts) ?? []);
  const ids = declared.map(({ urn, inputs }) =>
    createHash("sha256")
      .update(JSON.stringify([urn, inputs]))
      .digest("hex"),
  );
  for (const [index, resource] of declared.entries())
    if (!made.has(ids[index]!)) await invokeDeclared(resource, functions);
  // One that is declared again later is made again.
  if (declared.length > 0 || made.size > 0) replaceFile(file, `${JSON.stringify(ids)}\n`);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
