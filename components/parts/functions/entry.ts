/** The functions that components create, by their entry points in `functions/`. */
export type FunctionEntry = "transform" | "reprocess" | "maintain" | "historian-bridge" | "provisioning-hook";
