// Imported for its effect. Suppresses the SDK's announcement of the Node versions it will require from 2027 on, which users of these commands cannot act on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
export {};
