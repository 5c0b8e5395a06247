import { ACCOUNT } from "./model";

/** The principal of whoever started the local cloud; only a bucket policy can deny it anything. */
export const LOCAL_ADMIN_ARN = `arn:aws:iam::${ACCOUNT}:user/you`;
