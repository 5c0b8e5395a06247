/** The archive of a channel: the messages in its objects, and the times in their names. */
export { commonPrefix, objectTime } from "./object-time";
export { ArchiveSplitter, type OnMessage } from "./splitter";
