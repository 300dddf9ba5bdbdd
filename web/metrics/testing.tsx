import type { ReactNode } from 'react'
import { renderWithBff, type Replies } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

/** Charts with the BFF played by the test. */
export async function show<Live>(content: ReactNode, replies: Replies = {}) {
  await startLanguage()
  await Promise.all([openTexts('metrics'), openTexts('charts')])
  return renderWithBff<Live>(content, replies)
}
