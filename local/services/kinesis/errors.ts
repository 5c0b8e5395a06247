import { ApiError } from "../../api";
import { ACCOUNT } from "../../core/model";
import { shardId, type Stream } from "./stream";

/** An argument that breaks a rule of the API's model. */
export function invalid(problem: string): ApiError {
  return new ApiError(400, "ValidationException", `1 validation error detected: ${problem}`);
}

/** An argument that is not right for the stream. */
export function wrongArgument(message: string): ApiError {
  return new ApiError(400, "InvalidArgumentException", message);
}

/** The error for a stream or shard that does not exist. */
export function notFound(message: string): ApiError {
  return new ApiError(400, "ResourceNotFoundException", message);
}

/** Too many calls of one kind on a stream or the account. */
export function limitExceeded(): ApiError {
  return new ApiError(400, "LimitExceededException", `Rate exceeded for account ${ACCOUNT}.`);
}

/** A shard gives no more in this second. */
export function shardExceeded({ name }: Stream, shard: number): ApiError {
  return new ApiError(
    400,
    "ProvisionedThroughputExceededException",
    `Rate exceeded for shard ${shardId(shard)} in stream ${name} under account ${ACCOUNT}.`,
  );
}

/** A number within bounds. @throws ApiError */
export function within(at: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (value >= min && value <= max)) return;
  const constraint = value < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  throw invalid(`Value '${value}' at '${at}' failed to satisfy constraint: Member must have value ${constraint}`);
}
