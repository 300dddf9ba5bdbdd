import type { Json } from '#shared/mesh/object.ts'

/** What holds for the whole mesh: meshConfig and what follows from how Istio is installed. */
export interface MeshSettings {
  rootNamespace: string
  trustDomain: string
  /** As `meshConfig` is written; empty where nobody gave one. */
  meshConfig: Json
  /** As `meshNetworks` is written; null where nobody gave one. */
  meshNetworks: Json | null
  /** `cluster.local` */
  clusterDomain: string
  /** When certificates are judged, in milliseconds since the epoch; null where of Secrets only the names are known. */
  certificatesAt: number | null
}

export const defaultSettings: MeshSettings = {
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  meshConfig: {},
  meshNetworks: null,
  clusterDomain: 'cluster.local',
  certificatesAt: null,
}

/** The settings that a meshConfig (already parsed) asks for; what it leaves open is Istio's default. */
export function settingsFrom(meshConfig: Json, meshNetworks: Json | null = null): MeshSettings {
  const text = (field: string, otherwise: string) => {
    const value = meshConfig[field]
    return typeof value === 'string' && value !== '' ? value : otherwise
  }
  return {
    ...defaultSettings,
    rootNamespace: text('rootNamespace', defaultSettings.rootNamespace),
    trustDomain: text('trustDomain', defaultSettings.trustDomain),
    meshConfig,
    meshNetworks,
  }
}
