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

/** The account of the local cloud, which has no repositories. */
const NO_ACCOUNT = /^0+$/;

/**
 * Why a task may not get its image: a repository in another partition, region or account. Undefined if nothing is known to be in the way.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export function imageDoubt(
  image: string,
  place: { partition: string; region: string; account: string },
): string | undefined {
  const own = imageRepository(image);
  if (own === undefined) return undefined;
  if (own.arn.split(":")[1] !== (place.partition === "aws-cn" ? "aws-cn" : "aws"))
    return `the image ${image} is in a partition of AWS that ${place.region} does not reach; push it to a repository of this region`;
  if (own.region !== place.region)
    return `the image ${image} is in ${own.region} and the container runs in ${place.region}: its subnets need a way to the other region's ECR, and each pull is billed as data transfer; push it to a repository of this region`;
  if (own.account !== place.account && !NO_ACCOUNT.test(place.account))
    return `the image ${image} is in the account ${own.account}: its repository's policy must let the account ${place.account} pull (ecr:BatchCheckLayerAvailability, BatchGetImage, GetDownloadUrlForLayer)`;
  return undefined;
}
