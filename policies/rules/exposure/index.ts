export { bucketOwnerEnforced } from "./bucket-owner-enforced";
export { bucketPrivate } from "./bucket-private";
export { devicePolicy } from "./device-policy";
export { noAccessLists } from "./no-access-lists";
export { noOpenEndpoint } from "./no-open-endpoint";
export { noPlainSecret } from "./no-plain-secret";
export { noSecretOutput } from "./no-secret-output";
export { reportPrivate } from "./report-private";
