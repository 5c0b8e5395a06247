/** Why AWS IoT would not do what a call asks. */
export class IotError extends Error {
  constructor(
    readonly code: 400 | 403 | 404 | 409 | 410,
    readonly type:
      | "CertificateStateException"
      | "CertificateValidationException"
      | "DeleteConflictException"
      | "InvalidRequestException"
      | "RegistrationCodeValidationException"
      | "ResourceAlreadyExistsException"
      | "ResourceNotFoundException"
      | "UnauthorizedException",
    message: string,
  ) {
    super(message);
  }
}

/** The call names something that does not exist. */
export function notFound(message: string): IotError {
  return new IotError(404, "ResourceNotFoundException", message);
}

/** The call asks for something that AWS does not take. */
export function invalid(message: string): IotError {
  return new IotError(400, "InvalidRequestException", message);
}
