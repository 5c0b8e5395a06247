/** What stands in a slot of a message. Small integers, since they live in a typed array and are compared per message. */
export const ABSENT = 0;
/** null */
export const NULL = 1;
/** true */
export const TRUE = 2;
/** false */
export const FALSE = 3;
/** a whole number of at most 15 digits, written without fraction and exponent: exact as a double, canonical as text */
export const INTEGER = 4;
/** any other number */
export const NUMBER = 5;
/** a text in ASCII without escapes: the bytes between the quotes are the text */
export const TEXT = 6;
/** a text with escapes or characters beyond ASCII */
export const ESCAPED = 7;
/** an object */
export const OBJECT = 8;
/** an array */
export const ARRAY = 9;
/** a number that an activity computed: a double, or a whole number beyond 2^53 */
export const COMPUTED = 10;
/** a computed whole number beyond 2^53 */
export const COMPUTED_BIG = 11;

/** The kind of a value: one of the constants above. */
export type Kind = number;

/** A kind in words, for messages to people. */
export function describeKind(kind: Kind): string {
  switch (kind) {
    case ABSENT:
      return "missing";
    case NULL:
      return "null";
    case TRUE:
    case FALSE:
      return "a Boolean";
    case TEXT:
    case ESCAPED:
      return "a text";
    case OBJECT:
      return "an object";
    case ARRAY:
      return "an array";
    default:
      return "a number";
  }
}
