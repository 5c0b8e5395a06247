import type { Permission } from "../../../api";
import { ACCOUNT } from "../../../core/model";
import type { Glue } from "../../glue/glue";
import type { S3 } from "../../s3/s3";
import type { Workgroups } from "../workgroups";

/** What the operations of Athena's API work with. */
export interface AthenaApiServices {
  workgroups: Workgroups;
  glue: Glue;
  s3: S3;
  region: string;
}

/** Where a request without one belongs. */
export const PRIMARY = "primary";

/** Permissions by the resources that Athena's API has. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html */
export class AthenaPermissions {
  constructor(private readonly services: Pick<AthenaApiServices, "workgroups" | "region">) {}

  workgroup(action: string, name: string = PRIMARY): Permission[] {
    return [{ action: `athena:${action}`, resource: this.arn("athena", `workgroup/${name}`) }];
  }

  /** Of a query; for one that nobody knows there is nothing to decide. */
  query(action: string, id: string | undefined): Permission[] {
    const record = this.services.workgroups.query(id ?? "");
    return record === undefined ? [] : this.workgroup(action, record.workgroup);
  }

  namedQuery(action: string, id: string | undefined): Permission[] {
    const query = this.services.workgroups.namedQueries.get(id ?? "");
    return query === undefined ? [] : this.workgroup(action, query.workgroup);
  }

  any(action: string): Permission[] {
    return [{ action: `athena:${action}`, resource: "*" }];
  }

  catalog(action: string, name: string | undefined): Permission[] {
    return [{ action: `athena:${action}`, resource: this.arn("athena", `datacatalog/${name}`) }];
  }

  /** Athena reads the Glue Data Catalog as its caller. */
  glue(action: string, ...rest: string[]): Permission[] {
    return rest.map((one) => ({ action: `glue:${action}`, resource: this.arn("glue", one) }));
  }

  private arn(service: string, rest: string): string {
    return `arn:aws:${service}:${this.services.region}:${ACCOUNT}:${rest}`;
  }
}
