import type { Session } from "../../local/session";

/** A stack that runs in the local cloud, as figures and pages of it need it; a `Session` is one. */
export interface Deployed extends Pick<Session, "cloud" | "outputs"> {
  evaluation: Pick<Session["evaluation"], "stack" | "region" | "resources">;
  /** the data folder */
  folder: { readonly path: string };
}
