import type { ServiceModel } from "../model/model";

/** The trait awsQueryError gives an exception another name in this protocol. */
export function queryCode(code: string, model: ServiceModel): string {
  const schema = (model.facts.load() as Record<string, unknown>)[`${code}$`];
  const traits = Array.isArray(schema) ? (schema[3] as { awsQueryError?: [string, number] } | 0) : 0;
  return (traits !== 0 && traits?.awsQueryError?.[0]) || code;
}
