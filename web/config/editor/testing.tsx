import type { ReactNode } from 'react'
import { page } from 'vitest/browser'
import { renderWithBff, type Replies, type Reply } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

export const rightsOf = (verbs: string[]) => ({
  user: 'mesh-admin',
  users: [],
  rights: [{ namespace: null, group: 'networking.istio.io', kind: 'VirtualService', verbs }],
})

const nothing = {
  namespaces: [],
  services: [],
  workloads: [],
  serviceAccounts: [],
  subsets: [],
  gateways: [],
  secrets: [],
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  providers: [],
}

/** The editor with the BFF played by the test: replies by how their path begins. */
export async function renderEditor(content: ReactNode, replies: Replies = {}) {
  await page.viewport(1440, 900)
  await startLanguage()
  await openTexts('config')
  const all: Replies = {
    '/api/config/rights': () => rightsOf(['get', 'create', 'patch', 'delete']),
    '/api/config/inventory': () => nothing,
    '/api/config/analyze': () => ({ findings: [], brought: [], resolved: [], impacts: [] }),
    ...replies,
  }
  const reply: Reply = asked => Object.entries(all).find(([known]) => asked.path.startsWith(known))?.[1](asked)
  const within = (inner: ReactNode) => <div style={{ height: 760 }}>{inner}</div>
  const { show, ...rendered } = await renderWithBff(within(content), reply)
  return { ...rendered, show: (inner: ReactNode) => show(within(inner)) }
}
