export { IotDataServer, type IotDataServerOptions } from "./server";
