export { glueRoute } from "./glue";
export { lambdaRoutes } from "./lambda";
export { retainedRoutes } from "./retained";
export type { Route } from "./route";
export { thingRoutes } from "./things";
export { IotDataServer, type IotDataServerOptions } from "./server";
