import { object, whole } from "../common/shape";

/** When a delivery stream writes an object: at whichever of the two is reached first. */
export interface BufferingArgs {
  /** Age of the oldest record, seconds, 60 to 900. Default: 300. Example: 60. */
  seconds?: number;
  /** Size of the buffer, MB, 64 to 128 (conversion to Parquet requires 64). Default: 128. Example: 64. */
  megabytes?: number;
}

/** The buffer of a delivery stream whose arguments state none. */
export const DEFAULT_BUFFERING = { seconds: 300, megabytes: 128 };

/** The argument `buffering`. */
export const BUFFERING = object<BufferingArgs>({
  seconds: whole(60, 900, "seconds"),
  megabytes: whole(64, 128, "MB"),
});
