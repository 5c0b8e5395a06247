/** Names of images in private repositories of ECR. https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-pull-ecr-image.html */

/** The repository of an image, and which image of it. */
export interface EcrImage {
  account: string;
  region: string;
  /** amazonaws.com, or amazonaws.com.cn in China */
  suffix: string;
  repository: string;
  /** absent for an image that is named by its digest, or by nothing */
  tag?: string;
  /** sha256:... */
  digest?: string;
  /** ARN of the repository */
  arn: string;
}

const IMAGE =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)\/([a-z0-9]+(?:[._/-][a-z0-9]+)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** The parts of an image's name; undefined if it is none in a private repository of ECR. */
export function imageRepository(image: string): EcrImage | undefined {
  const [whole, account, region, suffix, repository, tag, digest] = IMAGE.exec(image) ?? [];
  if (whole === undefined) return undefined;
  const partition = suffix === "amazonaws.com" ? "aws" : "aws-cn";
  const arn = `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
  return { account: account!, region: region!, suffix: suffix!, repository: repository!, tag, digest, arn };
}
