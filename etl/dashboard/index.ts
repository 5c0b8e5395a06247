export * from "./description";
export * from "./grafana";
export * from "./quicksight";
export * from "./refresh";
