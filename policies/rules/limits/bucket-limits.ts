import { limitRule } from "../../framework/limit-rule";

export const bucketLimits = limitRule(
  "bucket-limits",
  "A bucket's name, encryption, lifecycle, tiers and policy are such that S3 takes them.",
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  [
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
  ],
);
