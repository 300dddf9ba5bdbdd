import { useTranslation } from 'react-i18next'
import type { ReplayRow } from '#shared/security/replay/replayer.ts'

/** Who called: the workload, its identity where only that is known, or what callers without a name are called. */
export function useSourceName(): (row: Pick<ReplayRow, 'source' | 'caller'>) => string {
  const { t } = useTranslation('security')
  return ({ source, caller }) => {
    if (source.isHidden) return t($ => $.caller.hidden)
    if (source.workload !== '')
      return source.namespace === '' ? source.workload : `${source.namespace}/${source.workload}`
    if (typeof source.principal === 'string') return source.principal
    return caller === 'outside' ? t($ => $.caller.outside) : caller
  }
}

/** `GET /items`, where the calls of a flow fare differently. */
export const requestText = ({ http }: Pick<ReplayRow, 'http'>): string =>
  http === null ? '' : [http.method, http.path].filter(Boolean).join(' ')
