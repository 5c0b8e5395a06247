export type { Route } from "./route";
export { HttpServer, type HttpServerOptions } from "./server";
