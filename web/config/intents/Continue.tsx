import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Written } from '#shared/config/intents/written.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { openDrafts } from '#web/config/editor/draft-store.ts'
import { objectHref } from '#web/config/names.ts'
import { draftWith } from './continue.ts'

/** One for the page; opened when a task first changes an object. */
const drafts = openDrafts(globalThis.indexedDB as IDBFactory | undefined)

/** Takes what the task writes into the object's own text, where it can be typed on. Says where a draft waits there. */
export function Continue({ written, onGo }: { written: Written; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const [because, setBecause] = useState<string | null>(null)
  const { object } = written
  const draft = useQuery({
    queryKey: ['config', 'draft', keyOf(object)],
    queryFn: () => drafts.read(object),
    // A browser that keeps no drafts has none.
    retry: false,
    staleTime: 0,
  })
  const go = async () => {
    try {
      const next = draftWith(written, await drafts.read(object), Date.now())
      if (next === null) {
        setBecause(t($ => $.intents.draftUnreadable))
        return
      }
      await drafts.keep(next)
      onGo(objectHref(object))
    } catch (error) {
      setBecause(t($ => $.editor.notKept, { because: error instanceof Error ? error.message : String(error) }))
    }
  }
  return (
    <>
      <span className="grow" />
      <button type="button" className="link nowrap" onClick={() => void go()}>
        {t($ => $.intents.inEditor)}
      </button>
      {(because !== null || draft.data != null) && (
        <p className="wide c-degraded" role="status">
          {because ?? t($ => $.intents.hasDraft, { name: object.name })}
        </p>
      )}
    </>
  )
}
