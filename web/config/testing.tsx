import type { ReactNode } from 'react'
import { page } from 'vitest/browser'
import type { ConfigState } from '#shared/config/api.ts'
import type { ConfigChange } from '#shared/config/list.ts'
import type { Message } from '#shared/live.ts'
import { renderWithBff, type Replies, statusAt } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type ConfigMessage = Message<ConfigState, ConfigChange>

export const at = Date.UTC(2026, 10, 23, 14, 32)

/** A page with the BFF played by the test. */
export async function renderPage(content: ReactNode, replies: Replies = {}) {
  await page.viewport(1280, 720)
  await startLanguage()
  await openTexts('config')
  return renderWithBff<ConfigMessage>(content, { '/api/status': () => statusAt(at), ...replies })
}

export const snapshot = (state: ConfigState): ConfigMessage => ({ kind: 'snapshot', epoch: 'a', version: 1, at, state })
export const change = (told: ConfigChange, base = 1): ConfigMessage => ({
  kind: 'change',
  epoch: 'a',
  base,
  version: base + 1,
  at: at + 1000,
  change: told,
})
