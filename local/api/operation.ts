import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Call as IamRequest } from "../iam";
import type { ServiceName } from "./model/services";

/** Who calls, as the request's signature says. */
export interface Caller {
  /** ARN by which policies decide: that of a role, or of the administrator */
  principal: string;
  /** ARN that GetCallerIdentity answers: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` for a role */
  arn: string;
  /** id of the user, or `ROLEID:SESSION` */
  userId: string;
}

/** One request of an operation, decoded by the service's model. */
export interface ApiCall<Input> {
  /** the members by the names of the API reference; blobs are Uint8Array, timestamps Date, and a streaming blob is in `body` */
  input: Input;
  caller: Caller;
  /** id in the answer's headers, also where an answer's body repeats it */
  requestId: string;
  /** as sent, names in lower case */
  headers: IncomingHttpHeaders;
  /** of the request, decoded */
  query: readonly (readonly [name: string, value: string])[];
  /** what signed the request, where the secret is known: the chunks of a streamed body are signed one by one from it */
  signing: Signing | undefined;
  /** the raw bytes of the request's body; of operations whose input has a streaming blob they come from the client while they are read */
  body: Readable;
  /** decides a call beside the operation's own. @throws ApiError when it is refused */
  authorize(request: Permission): void;
}

/** The signature of a request's head, from which those of its chunks follow. */
export interface Signing {
  /** of the day, region and service */
  key: Buffer;
  scope: string;
  /** YYYYMMDDTHHMMSSZ */
  time: string;
  /** in hex */
  signature: string;
}

/** A permission that a call needs. */
export type Permission = Omit<IamRequest, "principal">;

/** One operation of a service: a row of its table. */
export interface Operation<Input = never, Output = unknown> {
  /** members of the input that have an effect here; any other that a request gives is refused by name */
  takes: readonly (keyof Input & string)[];
  /**
   * members that AWS's clients send without being asked, or that mean nothing here, and why; they are taken and checked, and change nothing
   */
  ignores?: Readonly<Partial<Record<keyof Input & string, string>>>;
  /** the permissions that AWS asks for, most of them one; all are decided before the answer is made */
  permissions(input: Input): readonly Permission[];
  /** what is other than on AWS, in a few words; for the documentation */
  note?: string;
  /** @throws ApiError as AWS answers */
  answer(call: ApiCall<Input>): Output | Promise<Output>;
}

/** The operations of one service. */
export interface ServiceApi {
  /** which */
  service: ServiceName;
  /** by the operation's name in the API reference; all others of the service are refused by name */
  operations: Readonly<Record<string, Operation<never>>>;
  /** paragraphs on the service as a whole; for the documentation */
  notes?: readonly string[];
}

/** States the types of an operation, which are those of the service's SDK client. */
export function operation<Input, Output>(row: Operation<Input, Output>): Operation<never> {
  return row as unknown as Operation<never>;
}
