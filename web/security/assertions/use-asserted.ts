import { useEffect, useRef, useState } from 'react'
import type { Asserted } from '#shared/security/assert/assertions.ts'
import type { Change } from '#shared/security/replay/change.ts'
import type { Given } from '#shared/security/replay/replayer.ts'
import { type Hired, hire } from '#web/security/replay/hired.ts'

type Mesh = { [Part in Exclude<keyof Given, 'flows'>]?: Given[Part] | undefined }

/** What comes of sentences, by their text; in a worker, on every reading of the mesh. Null: not known yet. */
export function useAsserted(
  texts: readonly string[],
  { objects, workloads, settings, readable }: Mesh,
  changes: readonly Change[],
) {
  const [told, setTold] = useState<{ key: string; of: ReadonlyMap<string, Asserted>; because: string | null } | null>(
    null,
  )
  const hired = useRef<Hired | null>(null)
  const key = JSON.stringify([texts, changes])
  const isWanted = texts.length > 0
  useEffect(() => {
    if (!isWanted) return
    const own = hire()
    hired.current = own
    return () => {
      own.dismiss()
      hired.current = null
    }
  }, [isWanted])
  useEffect(() => {
    if (!isWanted || !objects || !workloads || !settings || !readable) return
    let isOver = false
    const [wanted, given] = JSON.parse(key) as [string[], Change[]]
    hired.current?.give({ objects, workloads, settings, readable, flows: [] })
    void hired.current?.assert(wanted, given).then(answer => {
      if (isOver || answer === null) return
      setTold({ key, of: new Map((answer.told ?? []).map(one => [one.text, one])), because: answer.because })
    })
    return () => {
      isOver = true
    }
  }, [isWanted, objects, workloads, settings, readable, key])
  return { told: told?.key === key ? told.of : null, because: told?.key === key ? told.because : null }
}
