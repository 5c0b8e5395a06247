import { createHash } from "node:crypto";
import { Credentials } from "../core/credentials";
import { ACCOUNT } from "../core/model";
import { LOCAL_ADMIN_ARN } from "../core/principals";
import { ApiError } from "./model/error";
import type { Caller, Signing } from "./operation";
import type { ProtocolCodes } from "./protocols/protocol";
import { headerOf, type ApiRequest } from "./model/request";
import { isSignedWith, sha256, signingKey, timeOf, type Signature } from "./signature";

/** Minutes by which a client's clock may be wrong (AWS: "Signature Version 4", RequestTimeTooSkewed). */
const SKEW_MS = 15 * 60_000;

/** The person at this machine: every key that the local cloud has not issued. */
const ADMINISTRATOR: Caller = { principal: LOCAL_ADMIN_ARN, arn: LOCAL_ADMIN_ARN, userId: "AIDALOCALADMINISTRATR" };

/** Who calls, and the key that signed, where it is known. */
export interface Identified {
  caller: Caller;
  signing?: Signing;
}

/**
 * Says who signed a request. Keys that the local cloud issued act as their role, and their signature is verified; any other
 * keys, real ones of AWS among them, are the administrator's, whose secret is not known here.
 * @param body what was read of the body; undefined for one that streams
 * @throws ApiError as AWS answers to keys that have ended, are unknown, or did not sign the request
 */
export function identify(
  credentials: Credentials,
  request: ApiRequest,
  signature: Signature,
  body: Buffer | undefined,
  codes: ProtocolCodes,
): Identified {
  checkPresigned(signature, codes);
  if (!Credentials.isToken(signature.sessionToken)) return { caller: ADMINISTRATOR };
  const session = credentials.recognise(signature.sessionToken);
  if (session === undefined || session.accessKeyId !== signature.accessKeyId)
    throw new ApiError(
      403,
      codes.unknownToken,
      "The security token included in the request is invalid: this local cloud has not issued it, or it is another key's.",
    );
  if (session.expiration < Date.now())
    throw new ApiError(403, codes.expiredToken, "The security token included in the request is expired");
  if (signature.expires === undefined && Math.abs(Date.now() - timeOf(signature.time)) > SKEW_MS)
    throw new ApiError(
      403,
      codes.wrongSignature,
      `Signature expired or not yet valid: the request was signed at ${signature.time}, and this machine's time is ${new Date().toISOString()}`,
    );
  const { secretAccessKey } = session;
  if (!isSignedWith(secretAccessKey, request, signature, payloadHash(request, signature, body)))
    throw new ApiError(
      403,
      codes.wrongSignature,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  const { scope, time } = signature;
  return {
    caller: roleCaller(session.roleArn, session.sessionName),
    signing: { key: signingKey(secretAccessKey, scope), scope, time, signature: signature.signature },
  };
}

/** The caller that a session of a role is. */
export function roleCaller(roleArn: string, sessionName: string): Caller {
  const role = roleArn.replace(/^.*\//, "");
  return {
    principal: roleArn,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${sessionName}`,
    userId: `${roleId(roleArn)}:${sessionName}`,
  };
}

/** As AWS forms the unique id of a role. */
export function roleId(roleArn: string): string {
  const letters = createHash("sha256")
    .update(roleArn)
    .digest("hex")
    .toUpperCase()
    .replace(/[0189]/g, "Q");
  return `AROA${letters.slice(0, 17)}`;
}

function checkPresigned({ expires, time }: Signature, codes: ProtocolCodes): void {
  if (expires === undefined) return;
  const start = timeOf(time);
  if (Number.isNaN(start) || Date.now() > start + expires * 1000)
    throw new ApiError(403, codes.denied, "Request has expired");
  if (start > Date.now() + SKEW_MS) throw new ApiError(403, codes.denied, "Request is not yet valid");
}

function payloadHash(request: ApiRequest, { expires }: Signature, body: Buffer | undefined): string {
  const stated = headerOf(request.headers, "x-amz-content-sha256");
  if (expires !== undefined) return stated ?? "UNSIGNED-PAYLOAD";
  if (body === undefined || stated === "UNSIGNED-PAYLOAD") return stated ?? "UNSIGNED-PAYLOAD";
  return sha256(body);
}
