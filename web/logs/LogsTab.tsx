import { type ReactNode, useState } from 'react'
import type { CallFacts } from './call-facts.ts'
import { LogView } from './LogView.tsx'
import type { LogsSearch } from './search.ts'

/** The logs of one workload, or of several (`a,b`), on a page that is about them. */
export function LogsTab(props: {
  namespace: string
  workload: string
  /** Where one asks whether a call may pass. */
  checkHref?: (call: CallFacts) => string
  onGo: (href: string) => void
}): ReactNode {
  const { namespace, workload } = props
  const [chosen, setChosen] = useState<LogsSearch>({})
  return (
    <LogView
      isPinned
      search={{ ...chosen, namespace, workload }}
      onSearch={patch => setChosen(before => ({ ...before, ...patch }))}
      checkHref={props.checkHref}
      onGo={props.onGo}
    />
  )
}
