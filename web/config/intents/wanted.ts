import { meant } from '#shared/config/change/diff.ts'
import type { Written } from '#shared/config/intents/written.ts'
import type { Wanted } from '#web/config/editor/change.ts'
import { versionOf } from '#web/config/editor/draft.ts'

/** What a task writes, as it is applied: each object with the version the person had before their eyes. */
export function wantedOf(written: readonly Written[]): Wanted {
  const wanted: Wanted = { apply: [], delete: [] }
  for (const { object, before, after } of written) {
    const version = versionOf(before)
    const resourceVersion = version === undefined ? {} : { resourceVersion: version }
    if (after === null) wanted.delete.push({ object, ...resourceVersion })
    else wanted.apply.push({ manifest: meant(after), ...resourceVersion })
  }
  return wanted
}
