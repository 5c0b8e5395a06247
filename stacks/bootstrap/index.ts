/**
 * One environment's place in an AWS account, made once by hand, before CI can deploy (docs/deploy.md). Its stacks are called as the
 * environments' are: `pulumi -C stacks/bootstrap up --stack dev`.
 */
import { Environment } from "./environment";
import { readSettings } from "./settings";

const environment = new Environment("environment", readSettings());

/** for the variable AWS_DEPLOY_ROLE of the environment */
export const deployRoleArn = environment.deployRoleArn;
/** for the variable ENVIRONMENT_PREVIEW_ROLE of the repository */
export const previewRoleArn = environment.previewRoleArn;
/** for the variable PULUMI_BACKEND_URL of the environment */
export const backendUrl = environment.backendUrl;
/** for `pulumi config set permissionsBoundaryArn` */
export const permissionsBoundaryArn = environment.permissionsBoundaryArn;
/** for `pulumi stack init --secrets-provider` */
export const secretsProvider = environment.secretsProvider;
