import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import { TAGS } from "./parts/component-args";
import { Checks } from "./parts/common/checks";
import { uniqueName } from "./parts/common/names";
import { takeArgs, type Shape } from "./parts/common/shape";
import { transformed, type Transform } from "./parts/common/transform";

/** Arguments of a ContainerCluster. */
export interface ContainerClusterArgs {
  /** Tags of the cluster. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<ContainerClusterArgs> = { tags: TAGS };

/** The resources of a ContainerCluster. */
export interface ContainerClusterNodes {
  readonly cluster: ecs.Cluster;
}

/** Changes to the arguments of its children. */
export interface ContainerClusterTransforms {
  cluster?: Transform<ecs.ClusterArgs>;
}

/** Options of a ContainerCluster: those of every component, and changes to its children. */
export interface ContainerClusterOptions extends pulumi.ComponentResourceOptions {
  transform?: ContainerClusterTransforms;
}

/**
 * A cluster of ECS in which the containers of datasets run, on Fargate. One is enough for a stack, and it costs nothing by itself.
 *
 * The smallest use:
 * ```ts
 * new ContainerCluster("containers");
 * ```
 * The richest:
 * ```ts
 * new ContainerCluster("containers", { tags: { plant: "north" } }, {
 *   transform: { cluster: (args) => { args.settings = [{ name: "containerInsights", value: "enabled" }]; } },
 * });
 * ```
 */
export class ContainerCluster extends pulumi.ComponentResource {
  readonly nodes: ContainerClusterNodes;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ContainerClusterArgs = {}, opts: ContainerClusterOptions = {}) {
    const checks = new Checks("ContainerCluster", name);
    args = takeArgs(SHAPE, args, checks);
    checks.throwIfWrong();
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ContainerCluster", name, args, options);
    const clusterArgs: ecs.ClusterArgs = { name: uniqueName(this, "cluster", name), tags: args.tags };
    const cluster = new ecs.Cluster(
      ...transformed(transform.cluster, `${name}-cluster`, clusterArgs, { parent: this }),
    );
    this.nodes = { cluster };
    this.registerOutputs({ clusterName: cluster.name });
  }

  /** name of the cluster */
  get clusterName(): pulumi.Output<string> {
    return this.nodes.cluster.name;
  }
}
