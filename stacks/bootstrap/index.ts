/**
 * One environment's place in an AWS account, made once by hand, before CI can deploy (docs/deploy.md). Its stacks are called as the
 * environments' are: `pulumi -C stacks/bootstrap up --stack dev`.
 */
import { Environment } from "./environment";
import { readSettings } from "./settings";

const environment = new Environment("environment", readSettings());

/** variables of the CI's environment: AWS_DEPLOY_ROLE, AWS_PREVIEW_ROLE, PULUMI_BACKEND_URL */
export const deployRoleArn = environment.deployRoleArn;
export const previewRoleArn = environment.previewRoleArn;
export const backendUrl = environment.backendUrl;
/** for `pulumi config set permissionsBoundaryArn` */
export const permissionsBoundaryArn = environment.permissionsBoundaryArn;
/** for `pulumi stack init --secrets-provider` */
export const secretsProvider = environment.secretsProvider;
