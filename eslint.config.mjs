import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** Which folders a folder may import; design: arrows point one way. */
const ARROWS = {
  aws: [],
  etl: ["aws"],
  functions: ["etl", "aws"],
  cost: ["aws", "etl/iot-sql", "etl/schedule", "etl/athena-sql"],
  policies: ["aws", "cost", "etl/iot-sql", "stacks/schema"],
  components: ["etl", "aws"],
  stacks: ["components", "etl", "aws"],
  // The outputs of a stack have one type; the local cloud reads what the program wrote.
  local: ["etl", "aws", "stacks/build/outputs"],
  devices: ["aws"],
  plugin: ["components"],
  cli: ["local", "functions", "etl", "aws", "cost", "devices", "policies", "stacks/schema"],
};
const FOLDERS = [
  ...[
    "aws",
    "cost",
    "etl",
    "functions",
    "policies",
    "components",
    "stacks",
    "local",
    "devices",
    "plugin",
    "cli",
    "test",
    "bench",
  ],
];

function arrows(folder, allowed) {
  const own = folder.split("/")[0];
  const forbidden = FOLDERS.filter((other) => other !== own).flatMap((other) => {
    const parts = allowed.filter((name) => name.split("/")[0] === other);
    if (parts.includes(other)) return [];
    return [
      {
        regex: `^(\\.\\./)+${other}(/(?!${parts.map((part) => part.slice(other.length + 1)).join("|") || "$^"})|$)`,
        message: `${folder}/ may not import ${other}/`,
      },
    ];
  });
  return {
    files: [`${folder}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: forbidden }] },
  };
}

const NO_AWS = { regex: "^@pulumi/|^@aws-sdk/", message: "this folder is pure: no Pulumi, no AWS" };

export default tseslint.config(
  { ignores: ["node_modules", ".local", "dist", "docs", "**/fixtures/**", "**/*.cjs", "eslint.config.mjs"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "ImportDeclaration[source.value='@pulumi/aws']",
          message: "import sub-modules: @pulumi/aws/kinesis",
        },
        { selector: "NewExpression[callee.name='Function']", message: "no code from text" },
        { selector: "CallExpression[callee.name='eval']", message: "no code from text" },
      ],
      eqeqeq: "error",
      "prefer-const": "error",
    },
  },
  ...Object.entries(ARROWS).map(([folder, allowed]) => arrows(folder, allowed)),
  ...["aws", "etl"].map((folder) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            NO_AWS,
            {
              regex: `^(\\.\\./)+(${FOLDERS.filter((name) => name !== folder && !ARROWS[folder].includes(name)).join("|")})(/|$)`,
              message: `${folder}/ imports nothing of ours${ARROWS[folder].length > 0 ? ` but ${ARROWS[folder].join(", ")}/` : ""}`,
            },
          ],
        },
      ],
    },
  })),
  {
    // Pulumi's own rules need types, so they look where resources are declared.
    files: ["index.ts", "components/**/*.ts", "stacks/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    plugins: { "@pulumi": pulumi },
    rules: { "@pulumi/no-output-in-template-literal": "error" },
  },
  {
    // Modules that a browser loads as they are.
    files: ["cli/page/static/**/*.js"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...["document", "location", "addEventListener", "fetch", "EventSource", "ResizeObserver", "Node", "URL"],
          ...[
            "requestAnimationFrame",
            "setTimeout",
            "clearTimeout",
            "AbortController",
            "matchMedia",
            "getComputedStyle",
          ],
          ...["devicePixelRatio", "TextDecoder", "TextEncoder", "atob", "btoa", "history", "CSS"],
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
