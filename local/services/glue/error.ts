import { ApiError } from "../../api";

/** Names of Glue's exceptions. https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html */
export type GlueErrorCode =
  | "AlreadyExistsException"
  | "ConcurrentModificationException"
  | "EntityNotFoundException"
  | "InternalServiceException"
  | "InvalidInputException"
  | "ResourceNumberLimitExceededException"
  | "ThrottlingException";

/** An exception of Glue's operations on partitions. */
export class GlueError extends ApiError {
  constructor(
    override readonly code: GlueErrorCode,
    message: string,
  ) {
    super(400, code, message);
  }
}

/** Says that an argument is wrong. */
export const invalid = (message: string): GlueError => new GlueError("InvalidInputException", message);
