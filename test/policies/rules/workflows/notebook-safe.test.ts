import { notebookSafe } from "../../../../policies/rules/workflows/notebook-safe";
import { spec } from "../../spec";

spec(notebookSafe, {
  messages: {
    "a notebook with the internet and root": [
      'notebook (aws:sagemaker:NotebookInstance), directInternetAccess: saw nothing; it is disabled; set "Disabled"',
      'notebook (aws:sagemaker:NotebookInstance), rootAccess: saw nothing; it is disabled; set "Disabled"',
    ],
    IMDSv1: [
      'notebook (aws:sagemaker:NotebookInstance), instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion: saw nothing; instance metadata is read with a token; set "2"',
    ],
  },
  unknown: {
    of: "notebook",
    property: "directInternetAccess",
    says: "notebook (aws:sagemaker:NotebookInstance), directInternetAccess: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [
      [
        "aws:sagemaker/notebookInstance:NotebookInstance",
        "notebook",
        {
          name: "n",
          instanceType: "ml.t3.medium",
          roleArn: "arn:aws:iam::123456789012:role/n",
          directInternetAccess: "Disabled",
          rootAccess: "Disabled",
          platformIdentifier: "notebook-al2023-v1",
          instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
        },
      ],
    ],
  },
});
