import { planResource } from "../../local/handlers";
import { ACCOUNT, type Properties, type Resource } from "../../local/core/model";
import { ACCOUNT as MOCKED, PROJECT, REGION, run } from "../harness";
import { TestCloud } from "./stack";

/** The resources that a few components register, in a local cloud: no program is evaluated. Fails if the local cloud refuses one of them. */
export async function componentCloud(program: () => unknown): Promise<TestCloud> {
  const { resources } = await run(() => void program());
  return new TestCloud(resources.filter(({ custom }) => custom).map(planned));
}

function planned({ type, name, urn, parent, dependencies, inputs }: Registered): Resource {
  const own = JSON.parse(JSON.stringify(inputs).replaceAll(MOCKED, ACCOUNT)) as Properties;
  const context = { account: ACCOUNT, region: REGION, project: PROJECT, stack: "dev", name, urn };
  const plan = planResource(type, own, context);
  if (plan.problems.length > 0)
    throw new Error(plan.problems.map(({ path, message }) => `${name}: ${path}: ${message}`).join("\n"));
  return { urn, type, name, custom: true, parent, dependencies, ...plan };
}

type Registered = Awaited<ReturnType<typeof run>>["resources"][number];
