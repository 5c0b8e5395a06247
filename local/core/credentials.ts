import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Keys that act as a role, as STS hands them out. */
export interface IssuedKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** ms since 1970, on this machine's clock */
  expiration: number;
}

/** The session behind a token. */
export interface Session {
  roleArn: string;
  sessionName: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** ms since 1970, on this machine's clock: what clients compare with */
  expiration: number;
}

/** What a token says. */
interface Claims {
  role: string;
  session: string;
  /** ms since 1970 */
  end: number;
  /** two tokens of one moment differ */
  nonce: string;
}

/** Begins every token of the local cloud; no token of AWS begins so. */
const MARK = "local.";

/**
 * Issues keys of roles and knows them again. Nothing is stored but one random key a data folder: a token holds its role, session and end,
 * signed, and the secret follows from the token. So keys outlive a restart of the local cloud and a folder's keys open no other.
 */
export class Credentials {
  private readonly key: Buffer;

  /** @param file holds the random key; it is made, readable by its owner alone. Without one, keys last as long as the process */
  constructor(file?: string) {
    this.key = file === undefined ? randomBytes(32) : readOrMake(file);
  }

  /** @param seconds until the keys end */
  issue(roleArn: string, sessionName: string, seconds: number, now = Date.now()): IssuedKeys {
    const expiration = now + seconds * 1000;
    const nonce = randomBytes(6).toString("base64url");
    const claims: Claims = { role: roleArn, session: sessionName, end: expiration, nonce };
    const content = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const sessionToken = `${MARK}${content}.${this.sign("token", content)}`;
    return { ...this.keysOf(sessionToken), sessionToken, expiration };
  }

  /** Whether this text claims to be a token of a local cloud; others are a person's own, of AWS. */
  static isToken(text: string | undefined): text is string {
    return text?.startsWith(MARK) === true;
  }

  /** The session behind a token, or undefined if it was not issued here. Its end is for the caller to check. */
  recognise(token: string): Session | undefined {
    const [content = "", signature = ""] = token.slice(MARK.length).split(".");
    if (!Credentials.isToken(token) || !isSame(signature, this.sign("token", content))) return undefined;
    const claims = JSON.parse(Buffer.from(content, "base64url").toString("utf8")) as Claims;
    return { roleArn: claims.role, sessionName: claims.session, expiration: claims.end, ...this.keysOf(token) };
  }

  private keysOf(token: string): Pick<IssuedKeys, "accessKeyId" | "secretAccessKey"> {
    const id = createHash("sha256").update(token).digest("hex").toUpperCase().replace(/[01]/g, "Z").slice(0, 16);
    return { accessKeyId: `ASIA${id}`, secretAccessKey: this.sign("secret", token).slice(0, 40) };
  }

  private sign(purpose: string, text: string): string {
    return createHmac("sha256", this.key).update(`${purpose}\n${text}`).digest("base64url");
  }
}

/** Compares without telling by its time how much is the same. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function readOrMake(file: string): Buffer {
  try {
    const found = fs.readFileSync(file);
    if (found.length === 32) return found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const key = randomBytes(32);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, key, { mode: 0o600 });
  return key;
}
