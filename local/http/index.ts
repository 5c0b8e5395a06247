export { glueRoute } from "./glue";
export { lambdaRoutes } from "./lambda";
export type { Route } from "./route";
export { IotDataServer, type IotDataServerOptions } from "./server";
