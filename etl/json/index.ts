/** Messages as bytes: strict JSON, read without losing a digit. */
export { compact, eachElement, eachMember, spanText, type Span } from "./decode";
export { elementsOf } from "./elements";
export * as kinds from "./token-kinds";
export { Layout, RECEIVED_AT, SYSTEM_PREFIX } from "./layout";
export { Message } from "./message";
export { parseJson, parseSpan } from "./parse";
export { MessageReader } from "./reader";
export { Scanner } from "./scanner";
