import { useTranslation } from 'react-i18next'
import { all, type Place } from '#shared/config/intents/destinations.ts'

/** A place in a list: the version with its pods, else what it is. */
export function usePlaceText(): (place: Place) => string {
  const { t } = useTranslation('config')
  return ({ id, name, version, isMissing }) => {
    if (id === all) return t($ => $.intents.shift.anyPod)
    if (version === null) return name
    const pods =
      version.pods === 0 ? t($ => $.intents.shift.noPods) : t($ => $.intents.shift.pods, { count: version.pods })
    return `${name} · ${pods}${isMissing ? ` · ${t($ => $.intents.shift.newSubset)}` : ''}`
  }
}
