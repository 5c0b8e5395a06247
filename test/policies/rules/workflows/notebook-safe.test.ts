import { notebookSafe } from "../../../../policies/rules/workflows/notebook-safe";
import { spec } from "../../spec";

spec(notebookSafe, {
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
