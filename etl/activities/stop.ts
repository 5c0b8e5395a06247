/** Why a message goes no further; undefined means that it goes on. */
export type Stop =
  | { readonly result: "filtered"; readonly at: string }
  | { readonly result: "failed"; readonly at: string; readonly reason: string };
