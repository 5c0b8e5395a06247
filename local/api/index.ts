export { roleCaller, roleId } from "./caller";
export { ApiEndpoint, serviceSignedFor, type ApiBackend, type ApiEndpointOptions } from "./endpoint";
export { ApiError } from "./model/error";
export {
  operation,
  type ApiCall,
  type Caller,
  type Operation,
  type Permission,
  type ServiceApi,
  type Signing,
} from "./operation";
export type { HttpAnswer } from "./protocols/protocol";
export { parseTarget, type ApiRequest } from "./model/request";
export { SERVICES, type ServiceName } from "./model/services";
export { readSignature } from "./signature";
export { ServiceModel } from "./model/model";
export { pageOf } from "./paging";
