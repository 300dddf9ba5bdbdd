import type { ObjectStore } from '#lab/contract.ts'

/** Where something runs; empty: nobody knows. */
export interface Place {
  region: string
  zone: string
  subzone: string
}

export const nowhere: Place = { region: '', zone: '', subzone: '' }

/** Node → place, as the cloud's controller labels it. */
export function readPlaces(store: ObjectStore): Map<string, Place> {
  return new Map(
    store.list('nodes').map(({ metadata: { name, labels = {} } }) => [
      name,
      {
        region: labels['topology.kubernetes.io/region'] ?? '',
        zone: labels['topology.kubernetes.io/zone'] ?? '',
        subzone: labels['topology.istio.io/subzone'] ?? '',
      },
    ]),
  )
}

/** `region/zone/subzone`, as Istio writes it. */
export const placeName = ({ region, zone, subzone }: Place): string =>
  subzone === '' ? (zone === '' ? region : `${region}/${zone}`) : `${region}/${zone}/${subzone}`

/** Does `eu/eu-a/*` (or `eu/*`, `eu`, `*`) hold this place? */
export function holds(pattern: string, place: Place): boolean {
  const parts = [place.region, place.zone, place.subzone]
  return pattern.split('/').every((part, index) => part === '*' || part === parts[index])
}
