import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import * as fs from "node:fs";

/** PBKDF2 rounds of Pulumi's passphrase secrets. */
const ROUNDS = 1_000_000;
const TAG_BYTES = 16;

/**
 * Opens values that `pulumi config set --secret` wrote with a passphrase provider: `v1:NONCE:CIPHERTEXT`, AES-256-GCM, the key from the
 * passphrase and the salt of `encryptionsalt` (`v1:SALT:v1:NONCE:CIPHERTEXT`, whose text is "pulumi"). Source:
 * measurements 4. Values of a service or a KMS key cannot be opened without that service.
 */
export class Passphrase {
  private constructor(private readonly key: Buffer) {}

  /** undefined if the stack file names no salt; throws an Error in the user's words if the passphrase is not right */
  static from(encryptionsalt: unknown, env: NodeJS.ProcessEnv): Passphrase | undefined {
    if (typeof encryptionsalt !== "string") return undefined;
    const [version, salt, ...check] = encryptionsalt.split(":");
    if (version !== "v1" || salt === undefined)
      throw new Error(`encryptionsalt ${encryptionsalt.slice(0, 12)}... is not of the form v1:SALT:v1:NONCE:TEXT`);
    const passphrase = readPassphrase(env);
    const key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), ROUNDS, 32, "sha256");
    const opener = new Passphrase(key);
    let text: string | undefined;
    try {
      text = opener.open(check.join(":"));
    } catch {
      text = undefined;
    }
    if (text !== "pulumi") throw new Error("PULUMI_CONFIG_PASSPHRASE is not the passphrase of this stack");
    return opener;
  }

  open(secure: string): string {
    const [version, nonce, text] = secure.split(":");
    if (version !== "v1" || nonce === undefined || text === undefined)
      throw new Error("is not a value that a passphrase encrypted");
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
  }
}

function readPassphrase(env: NodeJS.ProcessEnv): string {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file === undefined) throw new Error("PULUMI_CONFIG_PASSPHRASE is not set");
  try {
    return fs.readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`PULUMI_CONFIG_PASSPHRASE_FILE ${file} cannot be read (${code})`, { cause: error });
  }
}
