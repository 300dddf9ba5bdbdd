import type { KubernetesStore } from '#lab/kubernetes/store.ts'

export interface Documents {
  read(path: string, accept: string | undefined): Promise<{ contentType: string; body: string | Buffer } | undefined>
}

export function openApi(_store: KubernetesStore): Documents {
  return { read: async () => undefined }
}
