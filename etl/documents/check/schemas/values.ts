/** Values that documents of several kinds have. */
import { show } from "../../../../aws/text/show";
import { array, boolean, notWithUnlimited, object, optional, required, text, whole, type Schema } from "./schema";

/** `{}` */
export const EMPTY = object({});

/** A name of a channel, datastore, pipeline or dataset. */
export const name = text({
  min: 1,
  max: 128,
  pattern: /^(?!__)[a-zA-Z0-9_]+$/,
  words: "a name has letters, digits and underscores, and does not begin with two underscores",
});
/** Text of any characters, of at most so many. */
export const anyText = (max: number): Schema => text({ min: 1, max });
/** What has no limit of its own in the service's model. */
export const freeText = text({ min: 1, max: 1_048_576 });
/** Placeholders such as <ACCOUNT-ID> are welcome: no role of the old service is used. */
export const roleArn = text({ min: 20, max: 2048 });
/** A bucket's name, as the service took it. */
export const bucket = text({
  min: 3,
  max: 255,
  pattern: /^[a-zA-Z0-9.\-_]*$/,
  words: "a bucket's name has letters, digits, dots, hyphens and underscores",
});
/** A prefix of object keys. */
export const keyPrefix = text({
  min: 1,
  max: 255,
  pattern: /^[a-zA-Z0-9!_.*'()/{}:-]*\/$/,
  words: "a prefix has letters, digits and !_.*'()/{}:- and ends with a slash",
});
/** How long something is kept. */
export const retentionPeriod = notWithUnlimited(
  object({ unlimited: optional(boolean), numberOfDays: optional(whole(1)) }),
  "numberOfDays",
);
const tagList = array(object({ key: required(anyText(256)), value: required(anyText(256)) }), 1, 50);
/** Other tools write tags as an object or as a text. */
export const tags: Schema = (value, path, reporter) => {
  const other = typeof value === "string" || (typeof value === "object" && value !== null && !Array.isArray(value));
  if (!other || reporter.placeholder(path)) return tagList(value, path, reporter);
  const [key, example] = ["key", "value"].map((name) => reporter.spell(name));
  reporter.unshaped();
  reporter.error(path, `${show(value)} is not a list; write tags as [ { "${key}": "team", "${example}": "a" } ]`);
};
/** A bucket of the user's. */
export const customerManagedS3 = object({
  bucket: required(bucket),
  keyPrefix: optional(keyPrefix),
  roleArn: required(roleArn),
});
