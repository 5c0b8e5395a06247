import { dataVersioned } from "../../../../policies/rules/retention/data-versioned";
import { spec } from "../../spec";

spec(dataVersioned, {
  messages: {
    "no versions of raw messages": [
      "plant-raw (aws:s3:Bucket): saw no versioning; a bucket with data keeps versions; add an aws.s3.BucketVersioning with status Enabled",
    ],
    "plant-data-versioning: versions suspended": [
      'plant-data-versioning (aws:s3:BucketVersioning), versioningConfiguration.status: saw "Suspended"; a bucket with data keeps versions; set "Enabled"',
    ],
  },
  unknown: {
    of: "plant-raw",
    property: "bucket",
    says: "plant-raw (aws:s3:Bucket), bucket: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
