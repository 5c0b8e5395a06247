export { ParquetBuilder, type ParquetOptions } from "./builder";
