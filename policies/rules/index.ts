import type { Rule } from "../framework/rule";
import * as compute from "./compute";
import * as delivery from "./delivery";
import * as encryption from "./encryption";
import * as exposure from "./exposure";
import * as iam from "./iam";
import * as limits from "./limits";
import * as operability from "./operability";
import * as queries from "./queries";
import * as retention from "./retention";
import * as workflows from "./workflows";

/** Every rule of the pack, by group: the exports of each group's folder. */
export const RULES: readonly Rule[] = [
  iam,
  retention,
  encryption,
  exposure,
  limits,
  delivery,
  compute,
  queries,
  workflows,
  operability,
].flatMap((group): Rule[] => Object.values(group));
