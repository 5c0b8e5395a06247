/** The boundary of a candidate, an object of S3 that is written once, accessed with the SDK of the Lambda runtime. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { Side } from "../etl/boundary";

/** What the object holds. */
export interface Boundary {
  /** ms since 1970: messages that were received from then on belong to the candidate's delivery stream, earlier ones to the reprocessing */
  boundary: number;
  /** who came first */
  setBy: Side;
}

/**
 * Milliseconds from the time at which the candidate's delivery stream is known to read, to the boundary: its shards are not read from the same
 * moment on, and clocks differ. What is received in between is in the archive, from which the reprocessing takes it.
 */
export const BOUNDARY_MARGIN = 60_000;

const ATTEMPTS = 5;

/** Reads the boundary, and sets it when there is none. */
export class BoundaryObject {
  private client: S3Client | undefined;
  private known: Boundary | undefined;

  constructor(
    private readonly bucket: string,
    private readonly key: string,
    private readonly setBy: Side,
  ) {}

  /**
   * The boundary, which never changes once it is set: everybody who asks gets the same.
   * @param reading ms since 1970 at which the candidate's delivery stream has been reading; the arrival of a record that it has delivered
   * @throws what S3 answers when it can neither be written nor read
   */
  async get(reading: number): Promise<Boundary> {
    return (this.known ??= await this.settle(reading));
  }

  /** Writes first, since only one writer can be the first, and without a permission to list, S3 does not tell that an object is missing. */
  private async settle(reading: number): Promise<Boundary> {
    const { S3Client, PutObjectCommand, GetObjectCommand } = await import("@aws-sdk/client-s3");
    this.client ??= new S3Client({ maxAttempts: ATTEMPTS });
    const own: Boundary = { boundary: reading + BOUNDARY_MARGIN, setBy: this.setBy };
    const place = { Bucket: this.bucket, Key: this.key };
    for (let attempt = 1; ; attempt++) {
      try {
        const Body = `${JSON.stringify(own)}\n`;
        await this.client.send(
          new PutObjectCommand({ ...place, Body, ContentType: "application/json", IfNoneMatch: "*" }),
        );
        return own;
      } catch (error) {
        const { name } = error as Error;
        if (name === "PreconditionFailed") break;
        // Another conditional write is under way. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        if (name !== "ConditionalRequestConflict" || attempt === ATTEMPTS) throw error;
      }
    }
    const { Body } = await this.client.send(new GetObjectCommand(place));
    return parsed((await Body?.transformToString()) ?? "", `s3://${this.bucket}/${this.key}`);
  }
}

function parsed(text: string, place: string): Boundary {
  let value: Partial<Boundary> | undefined;
  try {
    value = JSON.parse(text) as Partial<Boundary>;
  } catch {
    value = undefined;
  }
  const { boundary, setBy } = value ?? {};
  if (!Number.isSafeInteger(boundary) || (setBy !== "live" && setBy !== "reprocessing"))
    throw new Error(`${place} holds no boundary: ${text.slice(0, 100)}`);
  return { boundary: boundary!, setBy };
}
