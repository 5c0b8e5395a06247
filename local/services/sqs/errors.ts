import { ApiError } from "../../api";

/** A value that SQS does not take. */
export function invalidValue(message: string): ApiError {
  return new ApiError(400, "InvalidParameterValue", message);
}

/** A batch that is refused as a whole. */
export function batchError(code: string, message: string): ApiError {
  return new ApiError(400, code, message);
}

/** A number within bounds, or the default. @throws ApiError */
export function numberWithin(name: string, value: number | undefined, min: number, max: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}
