/** What a list of tags cannot say by its schema. */
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import type { Tag } from "../model/types";

/** Warns of a key that is there twice, and refuses keys that AWS reserves. */
export function checkTags({ tags }: { tags?: Tag[] }, findings: Findings): void {
  const seen = new Set<string>();
  (tags ?? []).forEach(({ key }, index) => {
    const path = `$.tags[${index}].key`;
    if (seen.has(key)) findings.warning(path, `the tag ${show(key)} is there twice; the last one counts`);
    seen.add(key);
    if (/^aws:/i.test(key))
      findings.refuse(path, `${show(key)} begins with aws:, which is reserved; name it otherwise`);
  });
}
