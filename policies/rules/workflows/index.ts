export { containerConfined } from "./container-confined";
export { containerSafe } from "./container-safe";
export { machineSafe } from "./machine-safe";
export { notebookSafe } from "./notebook-safe";
export { replicationSafe } from "./replication-safe";
export { reportSafe } from "./report-safe";
export { scheduleSafe } from "./schedule-safe";
