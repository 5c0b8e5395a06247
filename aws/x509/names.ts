import { oid, sequence, set, utf8 } from "./der";

/** Attributes of a distinguished name that requests and certificates of this project have. */
const ATTRIBUTES = { CN: "2.5.4.3", O: "2.5.4.10", OU: "2.5.4.11", serialNumber: "2.5.4.5" } as const;

/** A distinguished name, attribute by attribute. */
export type Subject = Partial<Record<keyof typeof ATTRIBUTES, string>>;

/** A distinguished name as DER. */
export function nameOf(subject: Subject): Buffer {
  return sequence(
    ...Object.entries(subject).map(([attribute, value]) =>
      set(sequence(oid(ATTRIBUTES[attribute as keyof Subject]), utf8(value))),
    ),
  );
}
