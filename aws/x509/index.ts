export { authorityProblem, readCertificate } from "./authority";
export { certificateBytes, certificateId, issue, type CertificateParts } from "./certificate";
export { nameOf, type Subject } from "./names";
export { readRequest, RequestError, writeRequest, type CertificateRequest } from "./request";
