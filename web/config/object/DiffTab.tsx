import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { differences } from '#shared/config/change/diff.ts'
import { type Json, pathText } from '#shared/mesh/object.ts'
import { DiffView } from '#web/config/editor/dialog/DiffView.tsx'
import { TextDiff } from '#web/config/editor/dialog/TextDiff.tsx'
import type { EditorTold } from '#web/config/editor/ObjectEditor.tsx'

/** What was typed against what the cluster has: as fields where the text can be read, as text always. */
export function DiffTab({ told }: { told: EditorTold }): ReactNode {
  const { t } = useTranslation('config')
  const { theirs, view, before, text } = told
  if (!told.isDraft) return <p className="t2">{t($ => $.object.noDiff)}</p>
  const typed: Json | undefined = view.troubles.length === 0 ? view.manifests[0]?.value : undefined
  const diff =
    typed === undefined
      ? null
      : differences(theirs, typed).map(({ path, ...rest }) => ({ path: pathText(path), ...rest }))
  if (diff !== null && typed !== undefined && diff.length > 0)
    return <DiffView outcome={{ before: theirs, after: typed, diff }} title={t($ => $.object.diff)} />
  return (
    <section>
      <h3>{t($ => $.object.diff)}</h3>
      {diff !== null && <p className="t2">{t($ => $.object.sameMeaning)}</p>}
      <TextDiff before={before} after={text} />
    </section>
  )
}
