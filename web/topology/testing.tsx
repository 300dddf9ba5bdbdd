import type { ReactNode } from 'react'
import type { Message } from '#shared/live.ts'
import type { GraphChange } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { renderWithBff, type Replies } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { detail, ladder, namespaces, status } from './fixture.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type GraphMessage = Message<Graph, GraphChange>

/** A page with the BFF played by the test: a mesh that can be read, unless it is told otherwise. */
export async function renderPage(content: ReactNode, replies: Replies = {}) {
  await startLanguage()
  await Promise.all([openTexts('side'), openTexts('health')])
  return renderWithBff<GraphMessage>(content, {
    '/api/status': () => status,
    '/api/namespaces': () => namespaces,
    '/api/topology/detail': () => detail(),
    '/api/empty': () => ladder,
    ...replies,
  })
}

export const snapshot = (state: Graph): GraphMessage => ({
  kind: 'snapshot',
  epoch: 'a',
  version: 1,
  at: state.at,
  state,
})
