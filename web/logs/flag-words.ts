import { useTranslation } from 'react-i18next'
import { flags as words } from '#web/ui/text/en-flags.ts'

const isFlag = (flag: string): flag is keyof typeof words => Object.hasOwn(words, flag)

/** Envoy's flags in words; one that is not known stays itself. */
export function useFlagWords(): (given: readonly string[]) => string {
  const { t } = useTranslation()
  return given => given.map(flag => (isFlag(flag) ? t($ => $.flags[flag]) : flag)).join(', ')
}
