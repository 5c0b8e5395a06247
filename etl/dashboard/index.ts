export * from "./description";
export * from "./grafana";
