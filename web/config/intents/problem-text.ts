import { useTranslation } from 'react-i18next'
import type { Problem } from '#shared/config/intents/intent.ts'

/** A problem as a sentence: `intents.problem` holds them by their code. */
export function useProblemText(): (problem: Problem) => string {
  const { t } = useTranslation('config')
  return ({ code, values = {} }) => {
    const sentences: Readonly<Record<string, string>> = t($ => $.intents.problem, { returnObjects: true, ...values })
    return Object.hasOwn(sentences, code) ? (sentences[code] ?? code) : code
  }
}
