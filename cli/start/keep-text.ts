import * as path from "node:path";
import { ofType, TYPES } from "../../local/core/model";
import type { Addresses } from "../../local/endpoints";
import type { Session } from "../../local/session";
import { endpointLines, secureLines } from "../output/endpoint-lines";
import type { Report } from "./report";
import type { Route } from "./route";

/** What `npm start -- --keep` shows once it is up: where to publish, and when rows can be queried. */
export function keepText(session: Session, endpoints: Report["endpoints"], { plan, folder }: Route): string {
  const sources = plan.sources.filter(({ topic }) => topic !== undefined);
  const [first, ...others] = sources;
  const options =
    first === undefined || (others.length === 0 && first.plain && first.topic === "dt/{device}/aggregate")
      ? ""
      : `${folder === undefined ? "" : ` --definitions ${quoted(here(folder))}`}${others.length === 0 ? ` --topic '${first.topic}'` : ""}`;
  return [
    "",
    "Up on a real clock.",
    ...(endpoints.page === undefined
      ? []
      : [`  Page   ${endpoints.page}   the flow with its counts, failed messages, SQL, charts (docs/page.md)`]),
    "Publish with any client:",
    ...(endpoints.mqtt === undefined ? [] : [`  MQTT   ${endpoints.mqtt}`]),
    ...secureLines(endpoints),
    ...endpointLines(endpoints.http, session.evaluation.region),
    ...(first === undefined ? [] : [`  npm run devices -- --endpoint ${endpoints.http}${options}`]),
    ...(endpoints.mqtts === undefined ? [] : fleetLines(session, endpoints)),
    `  topics that rules listen to: ${sources.map(({ topic }) => topic).join(", ") || "none"}`,
    ...bufferLines(session),
    "Ctrl-C delivers what is buffered and shows the summary.",
    "",
    "",
  ].join("\n");
}

/** How devices of each fleet begin. */
function fleetLines({ outputs, folder, evaluation }: Session, { http, mqtts, caFile }: Addresses): string[] {
  const usual = new URL(mqtts!).port === "8883" && path.basename(folder.path) === evaluation.stack;
  const where = usual
    ? evaluation.stack === "dev"
      ? ""
      : ` --stack ${evaluation.stack}`
    : ` --mqtts ${mqtts} --ca ${quoted(caFile!)}`;
  return Object.keys(outputs.fleets ?? {}).map(
    (name) => `  npm run devices -- --endpoint ${http} --fleet ${name}${where}`,
  );
}

/** The least bufferingSeconds of a stack's configuration. */
const LEAST_SECONDS = 60;

/** When rows appear while devices publish: a delivery stream writes an object when its buffer is full or its time is over. */
function bufferLines({ evaluation, outputs }: Session): string[] {
  const own = new Set(Object.values(outputs.pipelines).map(({ deliveryStream }) => deliveryStream));
  const buffers = ofType(evaluation.resources, TYPES.deliveryStream)
    .filter(({ inputs }) => own.has(String(inputs.name)))
    .map(({ inputs }) => {
      const { bufferingInterval = 300, bufferingSize = 5 } = inputs.extendedS3Configuration as Record<string, number>;
      return [
        bufferingInterval,
        `${bufferingInterval} s after their first message or with ${bufferingSize} MB of messages`,
      ] as const;
    });
  if (buffers.length === 0) return [];
  const longer = buffers.some(([seconds]) => seconds > LEAST_SECONDS);
  const hint = longer ? `; the shortest wait: -c bufferingSeconds=${LEAST_SECONDS}` : "";
  return [`Rows can be queried ${[...new Set(buffers.map(([, text]) => text))].join(", or ")}, as on AWS${hint}`];
}

function here(folder: string): string {
  const relative = path.relative(process.cwd(), folder);
  return relative === "" || relative.startsWith("..") ? folder : relative;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./\\:-]+$/.test(text) ? text : JSON.stringify(text);
}
