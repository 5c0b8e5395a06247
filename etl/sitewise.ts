/** Notifications of AWS IoT SiteWise as messages: one for each value. */
import { SITEWISE_UPDATE, SITEWISE_VALUES } from "../aws/sitewise";
import { eachElement, eachMember, parseSpan, spanText, type Span } from "./json";
import { ARRAY, OBJECT } from "./json/token-kinds";

const OPEN_OBJECT = 0x7b;
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/**
 * The values of a notification, each as a message with the names of SiteWise's own storage: `assetId`, `propertyId`, `timeInSeconds`,
 * `offsetInNanos`, `quality`, and the value in `doubleValue`, `integerValue`, `booleanValue` or `stringValue`, digits as sent. What else the notification has
 * beside `type` and `payload`, such as what the rule added, each of them has too.
 * @returns undefined for anything that is no notification
 * https://docs.aws.amazon.com/iot-sitewise/latest/userguide/file-path-and-schema.html
 */
export function notifiedValues(bytes: Buffer): Buffer[] | undefined {
  let at = 0;
  while (at < bytes.length && BLANKS.has(bytes[at]!)) at++;
  if (bytes[at] !== OPEN_OBJECT || !bytes.includes(SITEWISE_UPDATE)) return undefined;
  let notification: Span;
  try {
    notification = parseSpan(bytes);
  } catch {
    return undefined;
  }
  const members = membersOf(notification);
  const payload = members.get("payload");
  const type = members.get("type");
  if (type === undefined || spanText(type) !== `"${SITEWISE_UPDATE}"` || payload?.kind !== OBJECT) return undefined;
  const own = membersOf(payload);
  const values = own.get("values");
  if (values?.kind !== ARRAY) return undefined;
  const common = [...members].filter(([name]) => name !== "type" && name !== "payload");
  for (const name of ["assetId", "propertyId"]) {
    const id = own.get(name);
    if (id !== undefined) common.push([name, id]);
  }
  const messages: Buffer[] = [];
  eachElement(values, (value) => void messages.push(messageOf(value, common)));
  return messages;
}

function messageOf(value: Span, common: readonly [string, Span][]): Buffer {
  const found = membersOf(value);
  const inner = (name: string): Map<string, Span> => {
    const span = found.get(name);
    return span === undefined ? new Map<string, Span>() : membersOf(span);
  };
  const [time, variant] = [inner("timestamp"), inner("value")];
  const all: [string, Span | undefined][] = [
    ...common,
    ...["timeInSeconds", "offsetInNanos"].map((name): [string, Span | undefined] => [name, time.get(name)]),
    ["quality", found.get("quality")],
    ...SITEWISE_VALUES.map((name): [string, Span | undefined] => [name, variant.get(name)]),
  ];
  const text = all
    .filter(([, span]) => span !== undefined)
    .map(([name, span]) => `${JSON.stringify(name)}:${spanText(span!)}`)
    .join(",");
  return Buffer.from(`{${text}}`);
}

/** Members by name; none of what is no object. */
function membersOf(span: Span): Map<string, Span> {
  const members = new Map<string, Span>();
  if (span.kind === OBJECT) eachMember(span, (name, value) => members.set(name, value));
  return members;
}
