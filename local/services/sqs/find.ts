import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../api";
import type { Permission } from "../../api";
import { ACCOUNT } from "../../core/model";
import { invalidValue } from "./errors";
import type { Queue } from "./queue";

/** Finds the queues that calls name by URL. Any host will do: the URL that the program knows is AWS's, that of answers is this endpoint's. */
export class QueueFinder {
  constructor(
    private readonly region: string,
    /** by ARN */
    private readonly queues: ReadonlyMap<string, Queue>,
  ) {}

  /** All, by name. */
  get all(): Queue[] {
    return [...this.queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The URL under which a client reaches a queue: SDKs send to the host in it. */
  urlOf({ name }: Queue, headers: IncomingHttpHeaders): string {
    return `http://${headers.host ?? "127.0.0.1"}/${ACCOUNT}/${name}`;
  }

  /** Permission for an action on a queue, which need not exist, and for its key. */
  permissions(
    action: string,
    { QueueUrl: url }: { QueueUrl?: string | undefined },
    ...keyActions: ("kms:GenerateDataKey" | "kms:Decrypt")[]
  ): Permission[] {
    const resource = this.arnOf(nameOf(url));
    return [{ action: `sqs:${action}`, resource }, ...(this.queues.get(resource)?.keyPermissions(...keyActions) ?? [])];
  }

  arnOf(name: string | undefined): string {
    return `arn:aws:sqs:${this.region}:${ACCOUNT}:${name ?? ""}`;
  }

  /** @throws ApiError */
  find({ QueueUrl: url }: { QueueUrl?: string | undefined }): Queue {
    return this.named(nameOf(url));
  }

  /** @throws ApiError */
  named(name: string | undefined): Queue {
    const queue = this.queues.get(this.arnOf(name));
    if (queue !== undefined) return queue;
    throw new ApiError(400, "QueueDoesNotExist", "The specified queue does not exist.");
  }
}

/** @throws ApiError */
function nameOf(url: string | undefined): string {
  const match = /^(?:https?:\/\/[^/]+)?\/?(?:(\d{12})\/)?([^/]+)$/.exec(url ?? "");
  if (match === null) throw new ApiError(400, "InvalidAddress", `The address ${url} is not valid for this endpoint.`);
  if (match[1] !== undefined && match[1] !== ACCOUNT)
    throw invalidValue(`Value ${url} for parameter QueueUrl is invalid. Reason: it is of another account.`);
  return match[2]!;
}
