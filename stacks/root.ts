import * as path from "node:path";

/** the project's folder, which paths of the configuration start from */
export const ROOT = path.resolve(__dirname, "..");
